"""Fetching a file from Telegram, streamed and never more than its limit."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx2

from bot.channels.downloads import broke_off, refusal
from handlers.errors import FetchLater, FetchRefused

MOST_BYTES: Final = 20 * 1024 * 1024
"""What getFile gives; larger files come through the upload page."""
CHUNK_SECONDS: Final = 20.0
WHOLE_SECONDS: Final = 120.0
_OK: Final = 200


async def download(url: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
    """Yield the file at `url` in pieces, or raise FetchError. The URL holds the token: it is told nobody."""
    try:
        # No redirects and no compression: what is counted is what came from the service itself.
        async with (
            httpx2.AsyncClient(timeout=CHUNK_SECONDS, headers={"Accept-Encoding": "identity"}) as client,
            client.stream("GET", url) as answer,
        ):
            _check(answer, limit_bytes)
            async for piece in _counted(answer, limit_bytes):
                yield piece
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise broke_off(error) from None


async def _counted(answer: httpx2.Response, limit_bytes: int) -> AsyncIterator[bytes]:
    now = asyncio.get_running_loop().time
    latest, taken = now() + WHOLE_SECONDS, 0
    async for piece in answer.aiter_raw():
        taken += len(piece)
        if taken > limit_bytes:
            raise FetchRefused("too-large")
        if now() > latest:
            raise FetchLater("too-slow")
        yield piece


def _check(answer: httpx2.Response, limit_bytes: int) -> None:
    if answer.status_code != _OK:
        # A link is good for an hour; the next try asks for a new one, so that 404 is not the end.
        raise refusal(answer.status_code, answer.headers)
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > limit_bytes:
        raise FetchRefused("too-large")
