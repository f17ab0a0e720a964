"""One bot's connection to Telegram: python-telegram-bot's `Bot` over marked, quiet requests."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, Final

import httpx
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from handlers.errors import SettingError

API: Final = "https://api.telegram.org"
MOST_IN_FLIGHT: Final = 16
"""Calls at once: above it PTB over httpx gets slower, not faster."""
CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 15.0
IDLE_SECONDS: Final = 4.0
"""How long an idle connection is used again: many servers close it after 5 s, and a call that meets
the close is one of which nobody knows whether it arrived."""
_NO_WAIT_GIVEN: Final = timedelta(seconds=5)
_TOO_MANY: Final = 429
_ELSEWHERE: Final = range(300, 400)
_BROKEN: Final = 500
MOST_BYTES: Final = 4 * 1024 * 1024
"""What an answer may hold: a hundred updates are far less."""

_marks: ContextVar[dict[str, str]] = ContextVar("marks")


@contextmanager
def marked(outbox_id: str, attempt: int) -> Iterator[None]:
    """Put the outbox row's id and the attempt's number on every call within."""
    token = _marks.set({"X-Outbox-Id": outbox_id, "X-Attempt": str(attempt)})
    try:
        yield
    finally:
        _marks.reset(token)


class Broken(NetworkError):
    """Telegram, or what stands before it, answered with 5xx: the call may have been carried out."""


class Elsewhere(NetworkError):
    """The answer points to another address: nothing was done."""


class Request(HTTPXRequest):
    """PTB's request, with our marks on it and without a word in the log."""

    def __init__(self, *, connections: int, seconds: float) -> None:
        """Take how many connections may be open and how long an answer may take."""
        super().__init__(
            connection_pool_size=connections,
            read_timeout=seconds,
            write_timeout=seconds,
            connect_timeout=CONNECT_SECONDS,
            pool_timeout=CONNECT_SECONDS,
            media_write_timeout=seconds,
            httpx_kwargs={"event_hooks": {"request": [_mark]}, "transport": Capped(connections)},
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Pass the call on; a 429 that names no waiting time gets a short one.

        What PTB would make of a 5xx or 3xx doesn't tell one from the other.
        """
        status, answer = await super().do_request(*args, **kwargs)
        if status >= _BROKEN:
            raise Broken(f"http-{status}")
        if status in _ELSEWHERE:
            raise Elsewhere(f"http-{status}")
        if status == _TOO_MANY and b"retry_after" not in answer:
            raise RetryAfter(_NO_WAIT_GIVEN)
        return status, answer

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer's object, or raise TelegramError. PTB's own would log the whole answer."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


class Capped(httpx.AsyncHTTPTransport):
    """A transport that never tries again by itself and takes answers of a sensible size only."""

    def __init__(self, connections: int) -> None:
        """Take how many connections may be open."""
        super().__init__(
            limits=httpx.Limits(max_connections=connections, keepalive_expiry=IDLE_SECONDS), retries=0
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer; reading past the limit breaks it off."""
        answer = await super().handle_async_request(request)
        if isinstance(answer.stream, httpx.AsyncByteStream):
            answer.stream = _CappedStream(answer.stream)
        return answer


class _CappedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        taken = 0
        async for piece in self._stream:
            taken += len(piece)
            if taken > MOST_BYTES:
                raise httpx.ReadError("the answer is too long")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class ClinicBot(Bot):
    """PTB's bot, which gives updates as they came and keeps its token out of its `repr`."""

    async def raw_updates(self, offset: int | None, *, seconds: int, kinds: tuple[str, ...]) -> list[Any]:
        """Return the updates that wait, unread; wait up to `seconds` for the first.

        `Bot.get_updates` would read them, and raises on one that is malformed.
        """
        asked: dict[str, Any] = {"timeout": seconds, "limit": 100, "allowed_updates": list(kinds)}
        if offset is not None:
            asked["offset"] = offset
        found = await self._post("getUpdates", asked, read_timeout=seconds + ANSWER_SECONDS)
        if not isinstance(found, list):
            raise TelegramError("Invalid server response")
        return found

    def __repr__(self) -> str:
        """Return the bot's public id only."""
        return f"{type(self).__name__}({self.token.partition(':')[0]})"


class Connection:
    """A bot and its two request pools. Nothing is called when it is made: Telegram may be away."""

    def __init__(
        self, token: str, *, api: str = "", files: str = "", seconds: float = ANSWER_SECONDS
    ) -> None:
        """Take the token, other servers than Telegram's own, and how long an answer may take."""
        # Without it, PTB warns about each waiting time; it reads the variable at every use.
        os.environ["PTB_TIMEDELTA"] = "1"
        self.bot_id, colon, secret = token.partition(":")
        if not (self.bot_id.isdecimal() and colon and secret):
            raise SettingError("YORISOI_TELEGRAM_BOT_TOKEN is no bot token: copy it whole from BotFather")
        self._requests = (
            Request(connections=1, seconds=seconds),
            Request(connections=MOST_IN_FLIGHT, seconds=seconds),
        )
        self.bot = ClinicBot(
            token,
            base_url=endpoint(api or API, "/bot"),
            base_file_url=endpoint(files or api or API, "/file/bot"),
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    async def close(self) -> None:
        """Close the connections. `Bot.shutdown` would not: it was never initialized, as that calls getMe."""
        for request in self._requests:
            await request.shutdown()


def endpoint(base: str, suffix: str) -> str:
    """Return what PTB puts the token behind: `base` may be the server alone or hold the path already."""
    base = base.rstrip("/")
    is_whole = "{token}" in base or base.endswith(suffix)
    return base if is_whole else f"{base.removesuffix('/bot')}{suffix}"


async def _mark(request: httpx.Request) -> None:
    request.headers.update(_marks.get({}))
