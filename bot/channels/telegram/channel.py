"""Telegram as a `Channel`: sends what `render` made, fetches files, and keeps the token to itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Final

from telegram import (
    BotCommand,
    File,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
)

from bot.channels.telegram.connection import MOST_IN_FLIGHT, Connection, marked
from bot.channels.telegram.download import MOST_BYTES, download
from bot.channels.telegram.faults import ANSWERS_BADLY, translate_fetch, translate_probe, translated
from bot.channels.telegram.render import Keyboard, SendText, render, render_caption
from handlers.core.messages import Attached, Body, Outbound
from handlers.errors import (
    ContactGone,
    FetchLater,
    FetchRefused,
    SendError,
    SendUncertain,
)

ACK_SECONDS: Final = 5.0


class TelegramChannel:
    """Implements `ports.Channel` for one bot. There is no retry in it: the outbox has the only one."""

    def __init__(self, connection: Connection, *, send_seconds: float = 20.0) -> None:
        """Take the bot's connection, and how long handing over one text may take in all."""
        self._bot = connection.bot
        self._send_seconds = send_seconds
        self._slots = asyncio.Semaphore(MOST_IN_FLIGHT)

    async def send(self, message: Outbound) -> str:
        """Hand over `message`; return the message id of its last part ("" if it only stops a spinner).

        Raises SendError, which says how many parts are out: only the others are to be sent again.
        """
        texts = render(message.body)
        async with self._slots:
            with marked(message.outbox_id, message.attempt):
                await self._stop_spinner(message.body.ack)
                if message.body.file is not None:
                    return await self._send_file(message.address, message.body, message.body.file)
                return await self._send_all(message.address, texts, message.taken)

    async def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to us, or raise FetchError."""
        limit = min(limit_bytes, MOST_BYTES)
        file = await self._locate(ref)
        if file.file_path is None:
            raise FetchLater("no-path")
        if (file.file_size or 0) > limit:
            raise FetchRefused("too-large")
        async for piece in download(file.file_path, limit_bytes=limit):
            yield piece

    async def username(self) -> str:
        """Return the bot's public name, which stands in invitation links; raise SendError."""
        with translated():
            me = await self._bot.get_me()
        return me.username or ""

    async def probe(self) -> None:
        """Ask something that changes nothing; raise SendError if the service is broken or refuses us."""
        try:
            await self._bot.get_me()
        except ANSWERS_BADLY as error:
            told = translate_probe(error)
            if told is not None:
                raise told from None

    async def show_commands(self, commands: Sequence[tuple[str, str]], *, language: str = "") -> None:
        """Show these commands with their explanations in the app's menu; raise SendError."""
        listed = [BotCommand(name, about) for name, about in commands]
        with translated():
            await self._bot.set_my_commands(listed, language_code=language or None)

    async def _send_all(self, chat: str, texts: Sequence[SendText], taken: int) -> str:
        sent = ""
        # An update may have changed how texts are cut: what would leave nothing to send begins anew.
        first = taken if taken < len(texts) else 0
        for number, text in enumerate(texts[first:], first):
            try:
                sent = await self._send_text(chat, text)
            except SendError as error:
                error.taken = number
                raise
        return sent

    async def _send_file(self, chat: str, body: Body, file: Attached) -> str:
        """Send a file with the text as its caption; whether it arrived is as open as for a text."""
        document = InputFile(file.content, filename=file.name)
        caption = render_caption(body)
        try:
            with translated():
                async with asyncio.timeout(self._send_seconds):
                    sent = await self._bot.send_document(_chat_id(chat), document, caption=caption)
        except TimeoutError:
            raise SendUncertain("no-answer") from None
        return str(sent.message_id)

    async def _send_text(self, chat: str, text: SendText) -> str:
        chat_id = _chat_id(chat)
        markup = _markup(text.keyboard)
        # A preview would fetch our one-time links.
        no_preview = LinkPreviewOptions(is_disabled=True)
        try:
            with translated():
                async with asyncio.timeout(self._send_seconds):
                    sent = await self._bot.send_message(
                        chat_id, text.text, reply_markup=markup, link_preview_options=no_preview
                    )
        except TimeoutError:
            raise SendUncertain("no-answer") from None
        return str(sent.message_id)

    async def _stop_spinner(self, query_id: str) -> None:
        """Acknowledge a tap. A fault here must not cost the answer itself."""
        if not query_id:
            return
        with suppress(TimeoutError, *ANSWERS_BADLY):
            async with asyncio.timeout(ACK_SECONDS):
                await self._bot.answer_callback_query(query_id)

    async def _locate(self, ref: str) -> File:
        try:
            return await self._bot.get_file(ref)
        except ANSWERS_BADLY as error:
            raise translate_fetch(error) from None


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    rows = [[InlineKeyboardButton(key.label, callback_data=key.data) for key in row] for row in keyboard]
    return InlineKeyboardMarkup(rows)


def _chat_id(chat: str) -> int:
    if not chat.removeprefix("-").isdecimal():
        raise ContactGone("no-chat-id")
    return int(chat)
