"""The conversation: the page, what is typed and tapped, files, and the word that a message was seen."""

import asyncio
from hashlib import sha256
from typing import Final

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.channels.web.desk import Desk, see, wants_json
from bot.channels.web.entry import Entry
from bot.channels.web.forms import BadRequest, TextTooLong, displayed_of, sent_of
from bot.channels.web.lines import arranged, shown
from bot.channels.web.multipart import BadForm, FileTooLarge
from bot.channels.web.raw import Item, dedupe_key
from bot.channels.web.receiving import WrongKind, receive_file
from bot.channels.web.stream import Stream
from bot.channels.web.too_many import note_too_many
from bot.channels.web.visitor import Visitor
from bot.channels.web.words import script_texts
from bot.web_guard import TooLarge, declared_length
from handlers.core.events import Chose, Delivery, Receipt, Said

REPLY_SECONDS: Final = 2.0
"""How long a plain form waits for the reply before the page is shown anew."""


class Talk:
    """The routes of an open conversation."""

    def __init__(self, desk: Desk, entry: Entry, stream: Stream) -> None:
        """Serve at `desk`; strangers go to `entry`."""
        self._desk = desk
        self._chat = desk.chat
        self._entry = entry
        self._stream = stream

    async def page(self, request: Request) -> Response:
        """Show the conversation, or the way into it."""
        visitor = self._desk.known(request)
        if visitor is None:
            return await self._entry.entrance(request)
        if await self._desk.must_identify(visitor):
            return self._entry.identity_page(request)
        conversation = await self._stream.read(visitor.address)
        language = self._desk.pages.language(request, conversation.language)
        if conversation.is_over:
            return self._entry.over(request, language)
        email = await self._chat.emails.proven(self._chat.clinic, self._chat.point(visitor.address))
        response = self._desk.pages.page(
            request,
            "chat.html",
            language=language,
            lines=arranged(shown(conversation, self._chat.public_url)),
            new_id=self._chat.ids.new,
            has_email=email is not None,
            offers_email=self._chat.mail is not None,
            max_file_bytes=self._chat.max_file_bytes,
            scope=sha256(visitor.address.encode()).hexdigest()[:12],
            texts=script_texts(self._chat.catalogs.get(language), _megabytes(self._chat.max_file_bytes)),
        )
        self._chat.cookies.give(response, visitor)
        return response

    async def message(self, request: Request) -> Response:
        """Take one message; 202 only when it is safely stored, and the same id counts once."""
        visitor = await self._desk.admitted(request)
        if visitor is None:
            return self._desk.away(request)
        if not self._chat.brakes.messages.allows(visitor.address):
            return self._desk.refuse(request, 429, "web.too_fast")
        try:
            sent = await sent_of(request)
        except (TextTooLong, TooLarge):
            return self._desk.refuse(request, 413, "web.text_too_long")
        except BadRequest:
            return self._desk.refuse(request, 422, "web.not_understood")
        what = Said(sent.text) if sent.kind == "text" else Chose(sent.data)
        return await self._taken(request, visitor, Item(sent.id, self._chat.clock.now(), what))

    async def file(self, request: Request) -> Response:
        """Take one file, sealed as it streams in; 202 only when file and message are safely stored."""
        visitor = await self._desk.admitted(request)
        if visitor is None:
            return self._desk.away(request)
        if not self._chat.brakes.messages.allows(visitor.address):
            return self._desk.refuse(request, 429, "web.too_fast")
        limit, quota = self._chat.max_file_bytes, self._chat.brakes.files
        place = quota.take(visitor.address, min(declared_length(request) or limit, limit))
        if place is None:
            await note_too_many(self._chat, self._chat.point(visitor.address))
            return self._desk.refuse(request, 413, "paper.too_many_today")
        came = False
        try:
            item_id, what = await receive_file(request, self._chat.uploads, limit)
            came = True
        except FileTooLarge:
            return self._desk.refuse(request, 413, "web.file_too_large", megabytes=_megabytes(limit))
        except WrongKind:
            return self._desk.refuse(request, 422, "web.file_kind")
        except BadForm:
            return self._desk.refuse(request, 422, "web.no_file")
        finally:
            if not came:
                quota.give_back(visitor.address, place)
        return await self._taken(request, visitor, Item(item_id, self._chat.clock.now(), what), ref=what.ref)

    async def displayed(self, request: Request) -> Response:
        """Note that the page has shown messages of ours: they are delivered."""
        visitor = await self._desk.admitted(request)
        if visitor is None:
            return self._desk.away(request)
        try:
            told = set((await displayed_of(request)).ids)
        except (BadRequest, TooLarge):
            return JSONResponse({"message": ""}, status_code=422)
        lines = (await self._stream.read(visitor.address)).lines
        ids = [line.id for line in lines if line.id in told and line.body is not None and not line.shown]
        if ids:
            await self._desk.receive(visitor.address, *(self._receipt(line_id) for line_id in ids))
        return Response(status_code=204)

    async def _taken(self, request: Request, visitor: Visitor, item: Item, *, ref: str = "") -> Response:
        known = frozenset[str]() if wants_json(request) else await self._stream.known(visitor.address)
        is_new = await self._desk.receive(visitor.address, item)
        if ref and not is_new:
            await asyncio.to_thread(self._chat.uploads.forget, ref)
        if not wants_json(request):
            await self._stream.reply(visitor.address, known, REPLY_SECONDS)
            return see("/chat/#end")
        point = self._chat.point(visitor.address)
        key = dedupe_key(visitor.address, item.id)
        line = await self._chat.reader.line_id(self._chat.clinic, point, key)
        return JSONResponse({"id": item.id, "line": line}, status_code=202)

    def _receipt(self, outbox_id: str) -> Item:
        what = Receipt(provider_id=outbox_id, state=Delivery.DELIVERED, outbox_id=outbox_id)
        return Item(f"seen-{outbox_id}", self._chat.clock.now(), what)


def _megabytes(size: int) -> str:
    return str(max(1, size // (1024 * 1024)))
