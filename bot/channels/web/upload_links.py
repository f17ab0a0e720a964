"""Links to our own page for files, and the cookie that stands for one in the browser that it belongs to.

The link's token leaves the address bar with the first tap: from then on the page's address says only the
link's short name, which opens nothing, and the cookie says the rest to nothing but this page.
"""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response

from bot.channels.web.drafts import Drafts
from bot.channels.web.tokens import LIFE, Link, LinkKind, Tokens, new_mark
from handlers.core.values import ChannelKind, ContactPoint

_BETWEEN: Final = "\x1f"
_PARTS: Final = 3
_COOKIE: Final = re.compile(r"(?P<mark>[0-9a-f]{32})\.(?P<token>[\w-]{1,500})", re.ASCII)
_PATH: Final = "/upload"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that holds: its short name, where what comes by it belongs, and its token."""

    name: str
    point: ContactPoint
    token: str


def upload_link(public_url: str, tokens: Tokens, point: ContactPoint) -> str:
    """Return a link to our page; files come by it as if they were sent at `point`."""
    said = Link(_BETWEEN.join((point.channel.value, point.account, point.address)))
    return f"{public_url}{_PATH}/{tokens.make(LinkKind.UPLOAD, said)}"


class UploadLinks:
    """Reads links, and gives each to the first browser that goes on from it."""

    def __init__(self, tokens: Tokens, drafts: Drafts, *, https: bool) -> None:
        """Take what made the links, and where it is noted whose each is."""
        self._tokens = tokens
        self._drafts = drafts
        self._https = https

    def read(self, token: str) -> Opened | None:
        """Return the link in a token; None for one that is over, or too old, or none of ours."""
        said = self._tokens.read(LinkKind.UPLOAD, token)
        parts = said.address.split(_BETWEEN) if said else []
        if len(parts) != _PARTS:
            return None
        point = ContactPoint(ChannelKind(parts[0]), parts[1], parts[2])
        opened = Opened(self._drafts.link(token, point), point, token)
        return None if self._drafts.is_over(opened.name) else opened

    def held(self, request: Request, name: str) -> Opened | None:
        """Return the link of this name if it holds and is this browser's."""
        known = _COOKIE.fullmatch(request.cookies.get(self._name(name), ""))
        opened = self.read(known["token"]) if known else None
        if known is None or opened is None or opened.name != name:
            return None
        return opened if self._drafts.holder(name) == known["mark"] else None

    def claim(self, request: Request, response: Response, link: Opened) -> bool:
        """Give a link to this browser if it is nobody's yet; say whether it is its own now."""
        if self.held(request, link.name):
            return True
        mark = new_mark()
        if not self._drafts.claim(link.name, mark):
            return False
        response.set_cookie(
            self._name(link.name),
            f"{mark}.{link.token}",
            max_age=int(LIFE[LinkKind.UPLOAD].total_seconds()),
            path=_PATH,
            secure=self._https,
            httponly=True,
            samesite="strict",
        )
        return True

    def end(self, response: Response, link: Opened) -> None:
        """Let a link be over, and take its cookie."""
        self._drafts.end(link.name)
        response.delete_cookie(
            self._name(link.name), path=_PATH, secure=self._https, httponly=True, samesite="strict"
        )

    def _name(self, name: str) -> str:
        return f"{'__Secure-' if self._https else ''}yorisoi-upload-{name}"
