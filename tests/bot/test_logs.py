import io
import logging
import sys

import pytest
import structlog

from bot.logs import Redaction, set_up_logs
from bot.quiet_errors import OURS
from handlers.errors import NotFound

WORDS = "my left hand shakes"


class Foreign(Exception):
    """An error of a library."""


TOKEN = "7000000001:AAE-made_up_token_of_35_characters_xx"


@pytest.fixture
def written(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    root = logging.getLogger()
    before, level, hook = root.handlers[:], root.level, sys.excepthook
    set_up_logs(level="DEBUG", secrets=["only-this-process-knows"])
    yield out
    root.handlers, root.level, sys.excepthook = before, level, hook
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.example/bot{TOKEN}/sendMessage",
        "Authorization: Bearer EAAGmadeup.token-123",
        "the secret only-this-process-knows stands here",
        *(
            f"GET /{way}/abcdefghijklmnop0123456789"
            for way in ("chat/i", "chat/r", "chat/e", "mine/i", "upload")
        ),
        "GET /console/enter/abcdefghijklmnop0123456789",
        "smtp password=hunter22",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text):
    cleaned = Redaction(["only-this-process-knows"]).clean(text)

    assert "[secret]" in cleaned
    for secret in (TOKEN, "EAAGmadeup", "only-this-process-knows", "abcdefghijklmnop", "hunter22"):
        assert secret not in cleaned


def test_a_token_in_an_exceptions_text_never_reaches_the_log(written):
    error = RuntimeError(f"cannot open https://api.example/bot{TOKEN}/getMe")

    logging.getLogger("anything").error("call failed", exc_info=error)

    assert "call failed" in written.getvalue()
    assert "made_up_token" not in written.getvalue()


def test_our_own_events_are_json_lines_with_their_ids(written):
    structlog.get_logger("yorisoi").warning("send rejected", outbox_id="01abc")

    assert '"outbox_id": "01abc"' in written.getvalue()
    assert '"event": "send rejected"' in written.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "httpx2",
        "httpcore2",
        "telegram",
        "sqlalchemy.engine",
        "asyncpg",
        "asyncio",
        "uvicorn.access",
        "not.known.yet",
    ],
)
def test_no_library_says_anything_below_a_warning(written, name):
    logging.getLogger(name).info("HTTP Request: POST https://api.example/bot%s/getMe", TOKEN)
    logging.getLogger(name).debug("params %s", WORDS)

    assert written.getvalue() == ""


def test_a_librarys_warning_is_its_first_words_without_what_it_put_into_them(written):
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task %r>", WORDS)
    logging.getLogger("some.library").warning(f"cannot read '{WORDS}' of maria@example.com, 4915112345678")

    assert "never retrieved" in written.getvalue()
    assert '"cannot read \\u2026 of \\u2026 \\u2026"' in written.getvalue()
    assert all(secret not in written.getvalue() for secret in (WORDS, "maria", "49151"))


@pytest.mark.parametrize("error", [ValueError(WORDS), KeyError(WORDS), OSError(28, WORDS), Foreign(WORDS)])
def test_an_error_is_told_by_its_kind_and_place_and_not_by_what_it_met(written, error):
    wrapped = RuntimeError(f"while {WORDS}")
    wrapped.__cause__ = error

    logging.getLogger("bot.worker").error("failed", exc_info=wrapped)
    structlog.get_logger("bot.worker").error("failed", exc_info=ExceptionGroup(WORDS, [error]))

    assert "Traceback" in written.getvalue()
    assert type(error).__name__ in written.getvalue()
    assert WORDS not in written.getvalue()


def test_an_error_of_our_own_says_what_it_says(written):
    logging.getLogger("bot").error("failed", exc_info=NotFound("no such patient"))

    assert "no such patient" in written.getvalue()


def test_what_ends_the_process_is_told_in_the_same_way(written):
    sys.excepthook(ValueError, ValueError(WORDS), None)

    assert "ended by an error" in written.getvalue()
    assert WORDS not in written.getvalue()
