"""Fetching a file from WhatsApp: look it up, then stream it from a host we know, counted and checked."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

import httpx2

from bot.channels.downloads import broke_off, refusal
from bot.channels.loose_json import number, text
from bot.channels.whatsapp.client import Graph, GraphError
from bot.channels.whatsapp.faults import decide_fetch
from bot.channels.whatsapp.refs import UNREADABLE, digest_of, read_ref
from handlers.errors import FetchError, FetchLater, FetchRefused

HOSTS: Final = ("lookaside.fbsbx.com",)
MOST_BYTES: Final = 100 * 1024 * 1024
"""What WhatsApp lets a person send."""
WHOLE_SECONDS: Final = 300.0
_OK: Final = 200
_STALE: Final = 404
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies for the next five minutes, and what Meta says of it."""

    url: str = field(repr=False)
    size: int | None
    digests: tuple[bytes, ...]
    """What the webhook and the look-up told of its SHA-256; none of both is let pass."""


class Stale(Exception):
    """The address is older than five minutes; a fresh one may be asked for."""


async def fetch(
    graph: Graph, ref: str, *, hosts: Collection[str], limit_bytes: int
) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of a file, or raise FetchError.

    A damaged file is found out at its end: what came until then must not be kept after an error.
    """
    ident, digest = read_ref(ref)
    if not (ident.isascii() and ident.isalnum()):
        raise FetchRefused("no-ref")
    limit = min(limit_bytes, MOST_BYTES)
    place = await _locate(graph, ident, digest, hosts, limit)
    try:
        async with aclosing(_download(graph, place, limit)) as pieces:
            async for piece in pieces:
                yield piece
    except Stale:
        fresh = await _locate(graph, ident, digest, hosts, limit)
        async with aclosing(_download_again(graph, fresh, limit)) as pieces:
            async for piece in pieces:
                yield piece


def is_known(url: str, hosts: Collection[str]) -> bool:
    """Say whether a file may be fetched from `url`, and our token be shown there.

    A host that stands with a port must have it; only this machine may do without TLS.
    """
    try:
        found = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        return False
    is_private = found.scheme == "https" or (found.scheme == "http" and found.host in _LOOPBACK)
    place = f"{found.host}:{found.port}" if found.port else found.host
    return is_private and not found.userinfo and place in hosts


async def _locate(
    graph: Graph, ident: str, digest: bytes | None, hosts: Collection[str], limit: int
) -> Place:
    try:
        found = await graph.look_up_file(ident)
    except GraphError as error:
        raise decide_fetch(error.fault) from None
    except (httpx2.HTTPError, TimeoutError):
        raise FetchLater("service", free=True) from None
    url, size = text(found.get("url")), number(found.get("file_size"))
    if not url:
        raise FetchLater("no-address")
    if not is_known(url, hosts):
        raise FetchRefused("unknown-host")
    if (size or 0) > limit:
        raise FetchRefused("too-large")
    digests = tuple(one for one in (digest, digest_of(found.get("sha256"))) if one is not None)
    if UNREADABLE in digests:
        raise FetchLater("damaged")
    return Place(url, size, digests)


async def _download_again(graph: Graph, place: Place, limit: int) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(_download(graph, place, limit)) as pieces:
            async for piece in pieces:
                yield piece
    except Stale:
        raise FetchLater("http-404") from None


async def _download(graph: Graph, place: Place, limit: int) -> AsyncGenerator[bytes, None]:
    try:
        async with graph.open_file(place.url) as answer:
            _check(answer, limit)
            async with aclosing(_checked(answer, place, limit)) as pieces:
                async for piece in pieces:
                    yield piece
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise broke_off(error) from None


def _check(answer: httpx2.Response, limit: int) -> None:
    if answer.status_code == _STALE:
        raise Stale
    if answer.status_code != _OK:
        raise refusal(answer.status_code, answer.headers)
    if (number(answer.headers.get("Content-Length")) or 0) > limit:
        raise FetchRefused("too-large")


async def _checked(answer: httpx2.Response, place: Place, limit: int) -> AsyncGenerator[bytes, None]:
    now = asyncio.get_running_loop().time
    latest, taken, seen = now() + WHOLE_SECONDS, 0, hashlib.sha256()
    async for piece in answer.aiter_raw():
        taken += len(piece)
        seen.update(piece)
        if taken > limit:
            raise FetchRefused("too-large")
        if now() > latest:
            raise FetchLater("too-slow")
        yield piece
    if fault := _damage(place, taken, seen.digest()):
        raise fault


def _damage(place: Place, taken: int, digest: bytes) -> FetchError | None:
    if any(told != digest for told in place.digests):
        return FetchLater("damaged")
    return FetchLater("incomplete") if place.size not in {None, taken} else None
