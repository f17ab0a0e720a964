import io
import logging

import pytest
import structlog

from bot.logs import Redaction, set_up_logs

TOKEN = "7000000001:AAE-made_up_token_of_35_characters_xx"


@pytest.fixture
def written(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logs(level="DEBUG", secrets=["only-this-process-knows"])
    yield out
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.example/bot{TOKEN}/sendMessage",
        "Authorization: Bearer EAAGmadeup.token-123",
        "the secret only-this-process-knows stands here",
        "GET /chat/i/abcdefghijklmnop0123456789",
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


def test_http_libraries_say_nothing_below_a_warning(written):
    logging.getLogger("httpx").info("HTTP Request: POST https://api.example/bot%s/getMe", TOKEN)

    assert written.getvalue() == ""
