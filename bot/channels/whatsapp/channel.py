"""WhatsApp as a `Channel`: sends what `render` made, fetches files, and keeps the token to itself."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import Any, Final

import httpx2

from bot.channels.loose_json import identity, mapping
from bot.channels.whatsapp import media
from bot.channels.whatsapp.client import MOST_IN_FLIGHT, Graph, GraphError
from bot.channels.whatsapp.faults import decide, decide_broken, speaks
from bot.channels.whatsapp.render import Message, Words, check_file, render, render_file, render_template
from handlers.core.messages import Attached, Outbound
from handlers.errors import ContactGone, SendLater, SendUncertain, WindowClosed

PRODUCT: Final = {"messaging_product": "whatsapp"}

_PHONE = re.compile(r"\d{5,20}", re.ASCII)
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,200}", re.ASCII)


class WhatsAppChannel:
    """Implements `ports.Channel` for one number. There is no retry in it: the outbox has the only one."""

    def __init__(
        self, graph: Graph, words_of: Callable[[str], Words], *, media_hosts: Collection[str] = media.HOSTS
    ) -> None:
        """Take the number's client, our own words by language, and the hosts that files may lie on."""
        self._graph = graph
        self._words_of = words_of
        self._hosts = frozenset(media_hosts)
        self._slots = asyncio.Semaphore(MOST_IN_FLIGHT)

    async def send(self, message: Outbound) -> str:
        """Hand over `message`; return Meta's id for it ("" for a blank one), or raise SendError.

        Outside the 24-hour window only its template goes. Accepted is not delivered: statuses tell.
        """
        marks = {"X-Outbox-Id": message.outbox_id, "X-Attempt": str(message.attempt)}
        content = self._content(message)
        if content is None:
            return ""
        if message.body.file is not None and message.window_open:
            content = render_file(message.body, await self._upload(message.body.file, marks))
        payload = {
            **PRODUCT,
            "recipient_type": "individual",
            **addressed(message.address),
            **content,
            "biz_opaque_callback_data": message.outbox_id,
        }
        async with self._slots:
            answer = await self._post(payload, marks)
        return _id_in(answer)

    async def probe(self) -> None:
        """Ask something that changes nothing; raise SendError if the service is broken or refuses us."""
        try:
            await self._graph.look_up_number()
        except GraphError as error:
            if not speaks(error.fault):
                raise decide(error.fault) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise decide_broken(error) from None

    async def mark_read(self, message_id: str, *, typing: bool = True) -> None:
        """Mark a patient's message as read, and show that we are writing; raise SendError."""
        shown = {"typing_indicator": {"type": "text"}} if typing else {}
        await self._post({**PRODUCT, "status": "read", "message_id": message_id, **shown}, {})

    def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to us, or raise FetchError."""
        return media.fetch(self._graph, ref, hosts=self._hosts, limit_bytes=limit_bytes)

    def _content(self, message: Outbound) -> Message | None:
        body = message.body
        if message.window_open:
            return render(body, self._words_of(body.language))
        if body.template is None:
            raise WindowClosed("no-template")
        return render_template(body.template)

    async def _upload(self, file: Attached, marks: Mapping[str, str]) -> str:
        """Return Meta's id of a file of ours. Nothing has been sent yet: what breaks here is done again."""
        check_file(file)
        try:
            async with self._slots:
                answer = await self._graph.upload(file, marks)
        except GraphError as error:
            told = decide(error.fault)
            raise (SendLater(told.code) if isinstance(told, SendUncertain) else told) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise SendLater(type(error).__name__) from None
        if not (found := identity(answer.get("id"))):
            raise SendLater("unreadable-answer")
        return found

    async def _post(self, payload: Mapping[str, Any], marks: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            return await self._graph.post_message(payload, marks)
        except GraphError as error:
            raise decide(error.fault) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise decide_broken(error) from None


def addressed(address: str) -> Mapping[str, str]:
    """Return the field that a message to `address` needs: a phone's or a business-scoped user id's."""
    if _PHONE.fullmatch(address):
        return {"to": address}
    if _USER_ID.fullmatch(address):
        return {"recipient": address}
    raise ContactGone("no-address")


def _id_in(answer: Mapping[str, Any]) -> str:
    messages = answer.get("messages")
    first = mapping(messages[0]) if isinstance(messages, list) and messages else {}
    found = identity(first.get("id"))
    if not found:
        # It was taken, or it was not: a success that names no message says neither.
        raise SendUncertain("unreadable-answer")
    return found
