"""E-mail through a mail server that speaks just enough SMTP."""

import asyncio
from email import message_from_bytes
from email.policy import default

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


class FakeSmtp:
    """Takes messages; `answers` replaces its reply to a command, an empty one hangs up."""

    def __init__(self, **answers):
        self.answers = answers
        self.messages = []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _talk(self, reader, writer):
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            command = line[:4].decode().strip().lower()
            answer = self.answers.get(command, "250 ok")
            if command == "data" and "data" not in self.answers:
                writer.write(b"354 go\r\n")
                self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
                answer = self.answers.get("end", "250 taken")
            if not answer:
                break
            writer.write(answer.encode() + b"\r\n")
            if command == "quit":
                break
        writer.close()


async def send(url, to="maria@example.com", subject="There is a message"):
    await Mailer(url, "clinic@example.org", timeout_seconds=5).send(to, subject, "Please open the link.\n")


async def test_a_message_arrives_as_plain_text_that_nobody_answers_by_machine():
    async with FakeSmtp() as server:
        await send(server.url, subject="お知らせ\nBcc: other@example.com")

    message = message_from_bytes(server.messages[0], policy=default)
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
    ],
)
async def test_a_failure_says_what_to_do_about_it(answers, error):
    async with FakeSmtp(**answers) as server:
        with pytest.raises(error):
            await send(server.url)


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
