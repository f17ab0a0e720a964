"""The web chat as a channel: a message is handed over by waking the page, or by one neutral e-mail."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.channels.web.deps import WebChat
from bot.channels.web.tokens import Link, LinkKind
from handlers.core.internal import UPLOADED
from handlers.core.messages import Outbound
from handlers.errors import (
    AccountFault,
    ConcurrentUpdate,
    ContactGone,
    SendLater,
    SendRejected,
    StorageAway,
)

log = logging.getLogger(__name__)

Unreachable = Callable[[Outbound], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WebChannel:
    """Reaches patients on the chat page.

    `is_open` says whether a page of an address is open in any process; one in another process is woken
    by the commit's notice. `unreachable` is told of a message that nobody looks
    at and no e-mail can announce: it waits on the page.
    """

    chat: WebChat
    is_open: Callable[[str], Awaitable[bool]]
    unreachable: Unreachable

    async def send(self, message: Outbound) -> str:
        """Wake the page, or announce the message by e-mail; return the outbox id as the message's id.

        Raises SendLater when the mail server or the database is out of reach, or the patient's case has
        moved on while it was noted that nobody looks: nothing has left us then.
        Raises AccountFault when the mail server refuses us.
        """
        try:
            if not await self.is_open(message.address):
                await self._announce(message)
        except StorageAway as away:
            raise SendLater("storage", free=True) from away
        except ConcurrentUpdate as moved:
            raise SendLater("case-moved-on", free=True, alone=True) from moved
        self.chat.hub.wake(message.address)
        return message.outbox_id

    async def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of an uploaded file, or raise FetchRefused."""
        async for chunk in self.chat.uploads.read(ref.removeprefix(UPLOADED), limit_bytes=limit_bytes):
            yield chunk

    async def _announce(self, message: Outbound) -> None:
        chat, point = self.chat, self.chat.point(message.address)
        email = await chat.emails.due(chat.clinic, point)
        if email is None or chat.mail is None:
            if chat.mail is None or await chat.emails.proven(chat.clinic, point) is None:
                await self.unreachable(message)
            return
        try:
            await self._mail(email, message.address)
        except (ContactGone, SendRejected):
            await self.unreachable(message)
            return
        except AccountFault as error:
            # The mail server refuses us, not the pages: they must not be held for it.
            log.error("mail server refuses the account", extra={"code": error.code})  # noqa: TRY400
            raise SendLater(error.code, alone=True) from None
        with suppress(StorageAway):  # it has left: better told twice than said to have failed
            await chat.emails.told(chat.clinic, point, now=chat.clock.now())

    async def _mail(self, email: str, address: str) -> None:
        chat = self.chat
        assert chat.mail is not None  # noqa: S101 - looked at by the caller
        language = (await chat.reader.read(chat.clinic, chat.point(address), limit=0)).language
        catalog = chat.catalogs.get(language if language in chat.catalogs.languages() else chat.language)
        link = f"{chat.public_url}/chat/r/{chat.tokens.make(LinkKind.RETURN, Link(address, email))}"
        await chat.mail.send(
            email,
            catalog.text("web.mail.news_subject", clinic=chat.clinic_name),
            catalog.text("web.mail.news", clinic=chat.clinic_name) + f"\n\n{link}\n",
        )
