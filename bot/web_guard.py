"""What every page of ours is wrapped in: headers, a guard against foreign forms, limits."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COME_BACK: Final = {"Retry-After": "5"}
"""When to try again what could not be stored."""

_HEADERS: Final = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ("Cache-Control", "no-store"),
)
_ONE_YEAR: Final = "max-age=31536000; includeSubDomains"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_KEYS: Final = 10_000


class SecurityHeaders:
    """ASGI middleware: the security headers on every answer that has not set them itself."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap `app`; `https` says that PUBLIC_URL is https, so that browsers must stay there."""
        self._app = app
        self._headers = (*_HEADERS, ("Strict-Transport-Security", _ONE_YEAR)) if https else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers:
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_guarded)


def require_same_origin(request: Request) -> None:
    """Refuse with 403 what changes something and was not sent by a page of ours.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones only in Origin. A request
    that says neither is refused too: no browser that we serve leaves out both.
    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site == "same-origin" or (site is None and _comes_from_here(request)):
        return
    raise HTTPException(status_code=403, detail="not sent from this page")


def _comes_from_here(request: Request) -> bool:
    # The host alone: behind a proxy that ends TLS, the scheme that we see is not the browser's.
    origin = urlsplit(request.headers.get("origin", "")).netloc
    return bool(origin) and origin == request.headers.get("host")


class TooLarge(HTTPException):
    """A body is longer than is taken here: 413, unless somebody has better words for it."""

    def __init__(self) -> None:
        """Answer with 413."""
        super().__init__(status_code=413, detail="too large")


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """Return the body; raise TooLarge as soon as it passes `limit_bytes`, without reading on."""
    body = bytearray()
    if declared_length(request) > limit_bytes:
        raise TooLarge
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit_bytes:
            raise TooLarge
    return bytes(body)


def declared_length(request: Request) -> int:
    """Return the Content-Length, or 0 where there is none or no number."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isdecimal() and declared.isascii() else 0


@dataclass(slots=True)
class _Count:
    begun: datetime
    number: int = 0


class Brake:
    """At most `limit` tries per key and `period`, counted in this process, on the system's clock."""

    def __init__(self, limit: int, period: timedelta, now_system: Callable[[], datetime]) -> None:
        """Keep the rule and the clock."""
        self._limit = limit
        self._period = period
        self._now = now_system
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Count one try of `key`; False when it is one too many."""
        count = self._count(key)
        count.number += 1
        return count.number <= self._limit

    def release(self, key: str) -> None:
        """Forget the tries of `key`."""
        self._counts.pop(key, None)

    def _count(self, key: str) -> _Count:
        now = self._now()
        count = self._counts.get(key)
        if count is None or now - count.begun >= self._period:
            count = self._counts[key] = _Count(now)
            self._counts.move_to_end(key)
            # The oldest go first, so that a flood of keys cannot fill the memory.
            while len(self._counts) > _MOST_KEYS:
                self._counts.popitem(last=False)
        return count
