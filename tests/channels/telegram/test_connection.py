"""Where the calls go."""

import pytest

from bot.channels.telegram.connection import Connection, endpoint
from handlers.errors import SettingError


@pytest.mark.parametrize(
    ("base", "suffix", "url"),
    [
        ("https://api.telegram.org", "/bot", "https://api.telegram.org/bot"),
        ("http://127.0.0.1:80/", "/bot", "http://127.0.0.1:80/bot"),
        ("http://127.0.0.1:80/bot", "/bot", "http://127.0.0.1:80/bot"),
        ("http://127.0.0.1:80/bot{token}", "/bot", "http://127.0.0.1:80/bot{token}"),
        ("http://127.0.0.1:80", "/file/bot", "http://127.0.0.1:80/file/bot"),
        ("http://127.0.0.1:80/bot", "/file/bot", "http://127.0.0.1:80/file/bot"),
        ("http://127.0.0.1:80/file/bot", "/file/bot", "http://127.0.0.1:80/file/bot"),
    ],
)
def test_a_server_may_be_named_with_or_without_the_path(base, suffix, url):
    assert endpoint(base, suffix) == url


@pytest.mark.parametrize("token", ["", "secret", "123:", "abc:secret"])
def test_what_is_no_token_is_refused_without_showing_it(token):
    with pytest.raises(SettingError) as caught:
        Connection(token)

    assert "TELEGRAM_BOT_TOKEN" in str(caught.value)
    assert not token or token not in str(caught.value)
