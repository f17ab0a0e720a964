"""E-mail through SMTP: neutral one-liners, never a word about health."""

from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from handlers.errors import (
    AccountFault,
    ContactGone,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    SettingError,
)

_PORTS: Final = {"smtp": 587, "smtps": 465}
_TEMPORARY: Final = range(400, 500)


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along, with its type: "application", "pdf"."""

    name: str
    maintype: str
    subtype: str
    content: bytes


class Mailer:
    """Sends plain text through one SMTP server."""

    def __init__(self, smtp_url: str, smtp_from: str, *, timeout_seconds: float = 20) -> None:
        """Read `smtp[s]://[user:password@]host[:port]`; raise SettingError when it is something else."""
        self._server = _server_of(smtp_url)
        self._sender = smtp_from
        self._envelope = parseaddr(smtp_from)[1]
        self._timeout = timeout_seconds

    async def send(self, to: str, subject: str, text: str, attached: Attachment | None = None) -> None:
        """Hand one message to the server; raise a SendError that says what to do about a failure.

        Until the message's last line is on its way, whatever breaks has certainly sent nothing.
        """
        message, client = self._message(to, subject, text, attached), self._client()
        try:
            await self._hand_over(client, to, message)
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        finally:
            client.close()

    async def knock(self) -> bool:
        """Greet the server and sign in, as before a message, and send none; say whether it was encrypted.

        Raise a SendError that says why it would take nothing now.
        """
        client = self._client()
        try:
            await client.connect()
            await client.noop()
            is_encrypted = client.get_transport_info("sslcontext") is not None
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            raise _before(error) from error
        finally:
            client.close()
        return is_encrypted

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            timeout=self._timeout,
        )

    async def _hand_over(self, client: aiosmtplib.SMTP, to: str, message: EmailMessage) -> None:
        try:
            await client.connect()
            await client.mail(self._envelope)
            await client.rcpt(to)
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            raise _before(error) from error
        try:
            await client.data(message.as_bytes(policy=SMTP))
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _after(error) from error

    def _message(self, to: str, subject: str, text: str, attached: Attachment | None) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"] = self._sender
            message["To"] = to
            message["Subject"] = " ".join(subject.split())
        except (ValueError, IndexError) as error:
            raise SendRejected("mail-address") from error
        # RFC 3834: no out-of-office reply comes back to us.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        if attached is not None:
            message.add_attachment(
                attached.content,
                maintype=attached.maintype,
                subtype=attached.subtype,
                filename=attached.name,
            )
        return message


def _server_of(smtp_url: str) -> _Server:
    try:
        parts = urlsplit(smtp_url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise _unreadable() from error
    if not parts.hostname:
        raise _unreadable()
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return _Server(parts.hostname, port, user, password, parts.scheme == "smtps")


def _unreadable() -> SettingError:
    return SettingError(
        "YORISOI_SMTP_URL: not an address of a mail server; write smtp://user:password@host:587 or smtps://…:465"
    )


def _before(error: Exception) -> SendError:
    """Return what follows from a failure before the message was on its way: nothing was sent."""
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return AccountFault("smtp-sign-in", alone=True)
        case aiosmtplib.SMTPRecipientRefused():
            passing = error.code in _TEMPORARY
            return SendLater("smtp-recipient", alone=True) if passing else ContactGone("smtp-recipient")
        case aiosmtplib.SMTPConnectError() | aiosmtplib.SMTPConnectTimeoutError():
            return SendLater("smtp-connect", alone=True)
        case aiosmtplib.SMTPResponseException() if error.code not in _TEMPORARY:
            return SendRejected("smtp-refused", alone=True)
        case UnicodeError():
            return SendRejected("mail-address", alone=True)
        case _:
            return SendLater("smtp-busy", alone=True)


def _after(error: Exception) -> SendError:
    """Return what follows from a failure once the message was on its way: only an answer is sure."""
    match error:
        case aiosmtplib.SMTPResponseException() if error.code in _TEMPORARY:
            return SendLater("smtp-busy", alone=True)
        case aiosmtplib.SMTPResponseException():
            return SendRejected("smtp-refused", alone=True)
        case _:
            return SendUncertain("smtp-broken-off", alone=True)
