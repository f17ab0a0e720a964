"""Which language a page speaks, and the texts that its script needs."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.ports import Catalog

SCRIPT_KEYS: Final = (
    "clinic",
    "closed_buttons",
    "copy_link",
    "file_sent",
    "file_too_large",
    "link_copied",
    "new_messages",
    "not_sent",
    "offline",
    "open_link",
    "sending",
    "sent",
    "text_too_long",
    "too_fast",
    "uploading",
    "you",
)


def preferred(accept_language: str, available: Sequence[str], fallback: str) -> str:
    """Return the first language of an Accept-Language header that is available, else `fallback`."""
    for tag, _ in sorted(map(_weighed, accept_language.split(",")), key=lambda pair: -pair[1]):
        for language in (tag, tag.split("-")[0]):
            if language in available:
                return language
    return fallback


def script_texts(catalog: Catalog, megabytes: str) -> Mapping[str, str]:
    """Return the texts that the page's script shows by itself; `megabytes` is the largest file."""
    return {key: catalog.text(f"web.{key}", megabytes=megabytes) for key in SCRIPT_KEYS}


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return tag, float(weight or 1)
    except ValueError:
        return tag, 0.0
