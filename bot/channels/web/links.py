"""One-time links in what the clinic says: the page gives them buttons, so that nobody copies one by hand."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_ADDRESS: Final = re.compile(r"https?://[^\s\u2066-\u2069]+")
_SERVICES: Final = frozenset({"t.me", "wa.me"})
"""Where else than to our own pages a link of ours may lead (bot/ways.py)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link with the name of the place where it leads."""

    url: str
    host: str


def links_in(text: str, public_url: str) -> tuple[Link, ...]:
    """Return the links of ours in `text`, in its order.

    Only these: the clinic also reads back what somebody typed, and a stranger's address gets no button.
    """
    ours = urlsplit(public_url).netloc
    found = (Link(url, urlsplit(url).netloc) for url in _ADDRESS.findall(text))
    return tuple(link for link in found if link.host in _SERVICES or link.host == ours)
