"""Tolerant reading of Telegram's JSON: what is missing or of a wrong type reads as empty.

python-telegram-bot's own `Update.de_json` raises on a known kind that is malformed, and one bad
update must never cost its neighbours.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from handlers.core.surrogates import mended

KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that we ask Telegram for (`allowed_updates`)."""

_LARGEST_ID: Final = 2**63
_NOTHING: Final[Mapping[str, Any]] = {}


def load(raw: bytes) -> Mapping[str, Any]:
    """Return the update in `raw`, or an empty mapping if it is none."""
    try:
        return mapping(json.loads(raw))
    except (ValueError, RecursionError):
        return _NOTHING


def kind_of(update: Mapping[str, Any]) -> str:
    """Return the name of the update's one object beside its id, or "" if there is none."""
    objects = [name for name, value in update.items() if isinstance(value, dict)]
    known = [name for name in KINDS if name in objects]
    return next(iter(known + objects), "")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def text(value: Any) -> str:
    """Return `value` if it is a string, fit for UTF-8 (a lone surrogate becomes U+FFFD), else ""."""
    return mended(value) if isinstance(value, str) else ""


def number(value: Any) -> int | None:
    """Return `value` if it is an integer of at most 64 bits, else None."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and -_LARGEST_ID <= value < _LARGEST_ID else None


def identity(value: Any) -> str:
    """Return an id of Telegram's (a number, or a callback query's string) as text, or ""."""
    found = number(value)
    return str(found) if found else text(value)


def moment(value: Any) -> datetime | None:
    """Return a Unix time as an aware UTC time, or None if it is none (0 means "inaccessible")."""
    seconds = number(value)
    if not seconds or seconds < 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def chat_of(kind: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the chat an update belongs to.

    A tap carries it in the message of the button; where that is missing, the private chat has the
    id of the person who tapped.
    """
    if kind != "callback_query":
        return mapping(content.get("chat"))
    chat = mapping(mapping(content.get("message")).get("chat"))
    return chat or {"id": mapping(content.get("from")).get("id"), "type": "private"}


def is_private(chat: Mapping[str, Any]) -> bool:
    """Say whether a chat is one person's; a missing type is told by the id (groups are negative)."""
    kind = text(chat.get("type"))
    return kind == "private" if kind else (number(chat.get("id")) or 0) > 0
