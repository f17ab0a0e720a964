"""python-telegram-bot's exceptions → what to do (channels.md 2.5)."""

from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.connection import Broken, Elsewhere
from bot.channels.telegram.faults import translate, translate_fetch, translated
from handlers.errors import (
    AccountFault,
    ContactGone,
    ContactMoved,
    FetchHeld,
    FetchLater,
    FetchRefused,
    SendLater,
    SendRejected,
    SendUncertain,
)


@pytest.fixture(autouse=True)
def times_as_timedelta(monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def caused_by(error, cause):
    error.__cause__ = cause
    return error


TABLE = [
    (lambda: Forbidden("Forbidden: bot can't initiate conversation with a user"), ContactGone, False),
    (lambda: BadRequest("Bad Request: chat not found"), ContactGone, False),
    (lambda: BadRequest("Bad Request: can't parse entities"), SendRejected, False),
    (lambda: BadRequest("Bad Request: message text is empty"), SendRejected, False),
    (lambda: ChatMigrated(-100), ContactMoved, False),
    (InvalidToken, AccountFault, False),
    (lambda: Conflict("Conflict"), AccountFault, False),
    (lambda: Broken("http-502"), SendUncertain, False),
    (lambda: Elsewhere("http-302"), SendLater, True),
    (lambda: NetworkError("Request Entity Too Large (413)"), SendLater, False),
    (lambda: caused_by(NetworkError("I'm a teapot"), TelegramError("unreadable")), SendLater, False),
    (lambda: caused_by(TimedOut(), httpx.ConnectTimeout("")), SendLater, True),
    (lambda: caused_by(TimedOut(), httpx.PoolTimeout("")), SendLater, True),
    (lambda: caused_by(NetworkError("x"), httpx.ConnectError("")), SendLater, True),
    (lambda: caused_by(TimedOut(), httpx.ReadTimeout("")), SendUncertain, False),
    (lambda: caused_by(TimedOut(), httpx.WriteTimeout("")), SendUncertain, False),
    (lambda: caused_by(NetworkError("x"), httpx.ReadError("")), SendUncertain, False),
    (lambda: caused_by(NetworkError("x"), httpx.RemoteProtocolError("")), SendUncertain, False),
    (lambda: caused_by(NetworkError("x"), RuntimeError("")), SendUncertain, False),
    (lambda: TelegramError("Invalid server response"), SendUncertain, False),
    (lambda: KeyError("result"), SendUncertain, False),
]  # fmt: skip


@pytest.mark.parametrize(("make", "kind", "free"), TABLE)
def test_an_exception_says_what_to_do(make, kind, free):
    error = translate(make())

    assert (type(error), error.free) == (kind, free)


def test_a_waiting_time_burns_no_attempt():
    error = translate(RetryAfter(7))

    assert (type(error), error.after, error.free) == (SendLater, timedelta(seconds=7), True)


@pytest.mark.parametrize("make", [make for make, _, _ in TABLE])
def test_nothing_of_the_exceptions_text_is_passed_on(make):
    with pytest.raises(Exception) as caught, translated():  # noqa: PT011 - the class is another test's
        raise make()

    assert caught.value.__suppress_context__
    assert " " not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "kind", "free"),
    [
        (BadRequest("Bad Request: file is too big"), FetchRefused, False),
        (BadRequest("Bad Request: invalid file_id"), FetchRefused, False),
        (BadRequest("Bad Request: wrong file_id or the file is temporarily unavailable"), FetchLater, False),
        (InvalidToken(), FetchHeld, False),
        (Broken("http-502"), FetchLater, True),
        (NetworkError("strange"), FetchLater, False),
        (KeyError("result"), FetchLater, False),
    ],
)
def test_an_exception_while_fetching_says_what_to_do(error, kind, free):
    told = translate_fetch(error)

    assert (type(told), told.free) == (kind, free)


def test_throttling_costs_a_file_no_try():
    told = translate_fetch(RetryAfter(timedelta(seconds=7)))

    assert (told.after, told.free) == (timedelta(seconds=7), True)
