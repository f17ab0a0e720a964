"""The patient's hand on the fake Telegram: write, tap, send a file, edit, block."""

import asyncio
import base64
from contextlib import suppress
from itertools import chain

from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fakes.provider.stage import Refused

FILE_KINDS = {"document", "photo", "voice", "audio", "video"}


class TelegramControl:
    """POST /control/telegram/<what> with JSON; every answer says which update it made."""

    def __init__(self, telegram, stage):
        self._telegram = telegram
        self._stage = stage

    def routes(self):
        acts = (
            self.say, self.tap, self.file, self.edit, self.block, self.raw, self.redeliver, self.revoke,
            self.hook,
        )  # fmt: skip
        return [
            *(Route(f"/control/telegram/{act.__name__}", self._act(act), methods=["POST"]) for act in acts),
            Route("/control/telegram/limits", self._act(self.limits), methods=["POST"]),
            Route("/control/telegram/messages", self.messages),
            Route("/control/telegram/bot", self.bot),
        ]

    def _act(self, act):
        async def endpoint(request):
            asked = await request.json()
            try:
                return JSONResponse(await act(self._telegram.bot(asked.pop("token")), **asked))
            except Refused as no:
                return JSONResponse({"error": no.description}, no.status)

        return endpoint

    async def hook(self, bot, *, url, error=""):
        """Somebody set the bot's webhook, to which nothing is delivered here; `error` went wrong last."""
        bot.webhook = {"url": url, "secret": ""} if url else {}
        bot.last_error = (int(self._stage.now()), error) if error else None
        return {}

    async def say(self, bot, *, chat, text, name="", language="", kind="", reply_to=None):
        """The person writes, and so becomes somebody the bot may write to."""
        where = bot.chat(chat, name=name, language=language, kind=kind)
        content = {"text": text}
        if text.startswith("/"):
            length = len(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if reply_to is not None:
            content["reply_to_message"] = where.messages[reply_to]
        return await self._message(bot, where, content)

    async def file(
        self, bot, *, chat, content, kind="document", name="file.pdf", mime="", caption="", album=""
    ):
        """The person sends a file (base64)."""
        if kind not in FILE_KINDS:
            raise Refused(400, f"no such kind: {kind}")
        data = base64.b64decode(content)
        sent = bot.file(data, name, mime)
        if kind == "photo":
            small = bot.file(data[:64], name, mime) | {"width": 90, "height": 67}
            held = {"photo": [small, sent | {"width": 1280, "height": 960}]}
        else:
            named = {"file_name": name} if kind == "document" else {"duration": 7}
            held = {kind: sent | {"mime_type": mime} | named}
        held |= {"caption": caption} if caption else {}
        held |= {"media_group_id": album} if album else {}
        return await self._message(bot, bot.chat(chat), held)

    async def tap(self, bot, *, chat, label="", data="", message_id=None, inaccessible=False):
        """The person presses a button: the newest one with this label or data, or that of one message."""
        where = bot.chat(chat)
        message, button = self._button(where, label, data, message_id)
        held = message
        if inaccessible:
            held = {"chat": where.brief(), "message_id": message["message_id"], "date": 0}
        query = {
            "id": str(next(bot.query_numbers)), "from": where.person(), "message": held,
            "chat_instance": "-3318850017442201999", "data": button["callback_data"],
        }  # fmt: skip
        bot.queries.add(query["id"])
        update = await bot.emit("callback_query", query, self._stage.now())
        await self._note("tap", chat, {"data": query["data"], "label": button["text"]})
        return {"update_id": update, "query": query["id"], "data": query["data"]}

    async def edit(self, bot, *, chat, message_id, text):
        """The person edits an earlier message."""
        where = bot.chat(chat)
        message = where.messages[message_id] | {"text": text, "edit_date": int(self._stage.now())}
        where.messages[message_id] = message
        await self._note("edit", chat, {"text": text})
        return {"update_id": await bot.emit("edited_message", message, self._stage.now())}

    async def block(self, bot, *, chat, blocked=True):
        """The person blocks or unblocks the bot."""
        where = bot.chat(chat)
        where.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        change = {
            "date": int(self._stage.now()), "chat": where.brief(), "from": where.person(),
            "old_chat_member": {"status": old, "user": bot.me()},
            "new_chat_member": {"status": new, "user": bot.me()},
        }  # fmt: skip
        await self._note("block" if blocked else "unblock", chat, {})
        return {"update_id": await bot.emit("my_chat_member", change, self._stage.now())}

    async def raw(self, bot, update):
        """Any update at all, as it is; one without an id gets the next."""
        if isinstance(update, dict):
            update.setdefault("update_id", next(bot.update_numbers))
        await bot.emit_raw(update, self._stage.now())
        return {"update": update}

    async def redeliver(self, bot, updates):
        """Deliver these updates (once more)."""
        for update in updates:
            await bot.emit_raw(update, self._stage.now())
        return {"delivered": len(updates)}

    async def revoke(self, bot):
        """Make the token worthless."""
        self._telegram.revoked.add(bot.token)
        return {}

    async def limits(self, bot, *, on, per_chat=1.0, per_bot=30):
        """Switch the limits on how many messages may be sent."""
        bot.pace.set(on=on, per_chat=per_chat, per_bot=per_bot)
        return {}

    async def messages(self, request):
        """Return what stands in a chat after a message id; wait for something of the bot's to appear."""
        asked = request.query_params
        bot, after = self._telegram.bot(asked["token"]), int(asked.get("after", 0))
        chat_id, seconds = int(asked["chat"]), float(asked.get("wait", 0))

        def found():
            chat = bot.chats.get(chat_id)
            return [m for m in (chat.messages.values() if chat else ()) if m["message_id"] > after]

        def answered():
            return [m for m in found() if m["from"]["id"] == bot.id]

        if seconds:
            await self._stage.ledger.wait(answered, seconds)
        return JSONResponse(found())

    async def bot(self, request):
        """Return how a bot stands: webhook, commands, updates that wait; or wait until none does."""
        bot = self._telegram.bot(request.query_params["token"])
        with suppress(TimeoutError):
            async with asyncio.timeout(float(request.query_params.get("wait", 0))), bot.changed:
                await bot.changed.wait_for(lambda: not bot.updates)
        waiting = bot.pending(self._stage.now())
        return JSONResponse(
            {
                "webhook": bot.webhook,
                "commands": bot.commands,
                "pending": waiting,
                "allowed": bot.allowed,
                "inside_penalty": bot.pace.penalty.inside,
            }
        )

    async def _message(self, bot, chat, content):
        message = {
            "message_id": next(chat.numbers), "date": int(self._stage.now()), "from": chat.person(),
            "chat": chat.brief(),
        } | content  # fmt: skip
        chat.add(message)
        update = await bot.emit("message", message, self._stage.now())
        await self._note("say", chat.id, content)
        return {"update_id": update, "message_id": message["message_id"]}

    async def _note(self, method, chat, body):
        await self._stage.ledger.write(
            self._stage.now(), channel="telegram", account="", method=f"patient:{method}",
            recipient=str(chat), outbox="", attempt=None, body=body, verdict="", accepted=True,
        )  # fmt: skip

    def _button(self, chat, label, data, message_id):
        shown = []
        for message in sorted(chat.messages.values(), key=lambda m: -m["message_id"]):
            if message_id not in (None, message["message_id"]):
                continue
            for button in chain(*message.get("reply_markup", {}).get("inline_keyboard", [])):
                words = button["text"].removeprefix("✓ ")
                if (label and label in (words, button["text"])) or (
                    data and data == button.get("callback_data")
                ):
                    return message, button
                shown.append(words)
        raise Refused(404, f"no button {label or data}, but {shown}")
