"""E-mail through SMTP: neutral one-liners, never a word about health."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from handlers.errors import AccountFault, ContactGone, SendLater, SendRejected, SendUncertain, SettingError

_PORTS: Final = {"smtp": 587, "smtps": 465}
_TEMPORARY: Final = range(400, 500)


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool


class Mailer:
    """Sends plain text through one SMTP server."""

    def __init__(self, smtp_url: str, smtp_from: str, *, timeout_seconds: float = 20) -> None:
        """Read `smtp[s]://[user:password@]host[:port]`; raise SettingError when it is something else."""
        self._server = _server_of(smtp_url)
        self._sender = smtp_from
        self._timeout = timeout_seconds

    async def send(self, to: str, subject: str, text: str) -> None:
        """Hand one message to the server; raise a SendError that says what to do about a failure."""
        server = self._server
        try:
            await aiosmtplib.send(
                self._message(to, subject, text),
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.tls,
                timeout=self._timeout,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _told(error) from error

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
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


def _told(error: Exception) -> Exception:
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return AccountFault("smtp-sign-in")
        case aiosmtplib.SMTPRecipientsRefused():
            codes = [refused.code for refused in error.recipients]
            passing = any(code in _TEMPORARY for code in codes)
            return SendLater("smtp-recipient") if passing else ContactGone("smtp-recipient")
        case aiosmtplib.SMTPConnectError() | aiosmtplib.SMTPConnectTimeoutError():
            return SendLater("smtp-connect")
        case aiosmtplib.SMTPResponseException():
            return SendLater("smtp-busy") if error.code in _TEMPORARY else SendRejected("smtp-refused")
        case aiosmtplib.SMTPServerDisconnected() | aiosmtplib.SMTPTimeoutError():
            return SendUncertain("smtp-broken-off")
        case _:
            return SendLater("smtp")
