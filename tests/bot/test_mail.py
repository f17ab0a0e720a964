"""E-mail through a mail server that speaks just enough SMTP."""

import pytest

from bot.mail import Mailer
from handlers.errors import (
    AccountFault,
    ContactGone,
    SendLater,
    SendRejected,
    SendUncertain,
    SettingError,
)
from tests.fakes.mail_server import FakeSmtp


async def send(url, to="maria@example.com", subject="There is a message"):
    await Mailer(url, "clinic@example.org", timeout_seconds=5).send(to, subject, "Please open the link.\n")


async def test_a_message_arrives_as_plain_text_that_nobody_answers_by_machine():
    async with FakeSmtp() as server:
        await send(server.url, subject="お知らせ\nBcc: other@example.com")

    [message] = server.letters()
    assert (message["To"], message["Bcc"]) == ("maria@example.com", None)
    assert message["Subject"] == "お知らせ Bcc: other@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"rcpt": "550 no such user"}, ContactGone),
        ({"rcpt": "451 try later"}, SendLater),
        ({"mail": "550 not from you"}, SendRejected),
        ({"end": "452 disk full"}, SendLater),
        ({"end": "554 no"}, SendRejected),
        ({"end": ""}, SendUncertain),
        ({"ehlo": "", "helo": ""}, SendLater),
        ({"mail": ""}, SendLater),
        ({"rcpt": ""}, SendLater),
    ],
)
async def test_a_failure_says_what_to_do_about_it(answers, error):
    async with FakeSmtp(**answers) as server:
        with pytest.raises(error) as caught:
            await send(server.url)

    assert caught.value.alone or error is ContactGone


async def test_a_server_that_is_away_means_later():
    async with FakeSmtp() as server:
        url = server.url

    with pytest.raises(SendLater):
        await send(url)


async def test_a_refused_sign_in_stops_the_account():
    async with FakeSmtp(ehlo="250-here\r\n250 AUTH PLAIN", auth="535 wrong") as server:
        with pytest.raises(AccountFault):
            await send(server.url.replace("smtp://", "smtp://user:wrong@"))


@pytest.mark.parametrize("url", ["", "localhost", "http://mail.example", "smtp://", "smtp://host:port"])
def test_an_address_that_is_no_mail_server_names_the_setting(url):
    with pytest.raises(SettingError, match="YORISOI_SMTP_URL"):
        Mailer(url, "clinic@example.org")
