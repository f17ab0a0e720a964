"""What Telegram's errors mean for a message of ours (channels.md 2.5), in one place. Pure.

No text of an exception leaves this module: the token stands in every URL, and a URL can stand in
every text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.connection import Broken, Elsewhere
from handlers.errors import (
    AccountFault,
    ContactGone,
    ContactMoved,
    FetchError,
    FetchHeld,
    FetchLater,
    FetchRefused,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
)

ANSWERS_BADLY: Final = (TelegramError, KeyError, TypeError, ValueError, AttributeError)
"""What PTB raises when a call fails or its answer cannot be read."""
NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_GONE: Final = ("chat not found", "peer_id_invalid", "user not found", "user is deactivated")
_DEFECTS: Final = (
    ("message is too long", "too-long"),
    ("message text is empty", "empty"),
    ("button_data_invalid", "button-data"),
    ("can't parse", "markup"),
    ("reply markup", "markup"),
    ("file is too big", "too-large"),
)


def translate_probe(error: Exception) -> SendError | None:
    """Return what an exception says after a harmless question; None if Telegram itself answered it."""
    if isinstance(error, InvalidToken) and "unauthorized" not in error.message.lower():
        return None
    told = translate(error)
    return told if isinstance(told, SendLater | SendUncertain | AccountFault) else None


@contextmanager
def translated() -> Iterator[None]:
    """Turn what PTB raises within into a SendError that holds nothing of it."""
    try:
        yield
    except ANSWERS_BADLY as error:
        raise translate(error) from None


def translate(error: Exception) -> SendError:
    """Return what an exception of python-telegram-bot says about the message that was to be sent."""
    match error:
        case RetryAfter():
            return SendLater("429", after=_waiting_time(error), free=True)
        case Forbidden():
            return ContactGone("403")
        # A BadRequest is a NetworkError too, and must be told apart first.
        case BadRequest():
            return _bad_request(error)
        case ChatMigrated():
            return ContactMoved("group", str(error.new_chat_id))
        case InvalidToken():
            return AccountFault("401")
        case Conflict():
            return AccountFault("409")
        case Broken():
            # Whoever says 5xx may have carried out the call before (docs/adr/0011).
            return SendUncertain("service")
        case Elsewhere():
            return SendLater("redirected", free=True)
        case NetworkError():
            return _network(error)
        case _:
            # An answer came and could not be read: the message may well have been taken.
            return SendUncertain("unreadable-answer")


def translate_fetch(error: Exception) -> FetchError:
    """Return what an exception says about a file that was to be fetched."""
    match error:
        case RetryAfter():
            return FetchLater("429", after=_waiting_time(error), free=True)
        case BadRequest() if "too big" in error.message.lower():
            return FetchRefused("too-large")
        # One answer for two cases, "wrong file_id or the file is temporarily unavailable": the
        # worker's count of tries decides.
        case BadRequest() if "temporarily unavailable" in error.message.lower():
            return FetchLater("unavailable")
        case BadRequest() | Forbidden():
            return FetchRefused("gone")
        case InvalidToken():
            return FetchHeld("401")
        case NetworkError():
            # Nothing was said about the file: whoever is away may be so for hours.
            is_away = isinstance(error, Broken | Elsewhere) or isinstance(error.__cause__, httpx.HTTPError)
            return FetchLater("service", free=is_away)
        case _:
            return FetchLater("service")


def _waiting_time(error: RetryAfter) -> timedelta:
    # PTB gives a timedelta only while PTB_TIMEDELTA is set.
    after = error.retry_after
    return after if isinstance(after, timedelta) else timedelta(seconds=after)


def _bad_request(error: BadRequest) -> SendError:
    said = error.message.lower()
    if any(part in said for part in _GONE):
        return ContactGone("chat-not-found")
    return SendRejected(next((code for part, code in _DEFECTS if part in said), "bad-request"))


def _network(error: NetworkError) -> SendError:
    cause = error.__cause__
    if isinstance(cause, NEVER_SENT):
        return SendLater("not-connected", free=True)
    # After any other HTTP status the cause is absent or tells of unreadable JSON: a no, if a strange one.
    if cause is None or isinstance(cause, TelegramError):
        return SendLater("service")
    return SendUncertain("no-answer")
