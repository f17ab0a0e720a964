"""The Bot API's shape: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import json

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.provider import telegram_rules as rules
from tests.fakes.provider.stage import Refused, play
from tests.fakes.provider.telegram_hooks import Deliveries
from tests.fakes.provider.telegram_world import LINK_SECONDS, Bot

UPLOAD = 50 * rules.MEGABYTE
DOWNLOAD = 20 * rules.MEGABYTE
SENDS = {"sendMessage", "sendDocument"}


class Telegram:
    """All bots of one fake provider."""

    def __init__(self, stage):
        self.stage = stage
        self.bots = {}
        self.revoked = set()
        self.deliveries = Deliveries(stage)

    def routes(self):
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download),
        ]

    def bot(self, token):
        number, colon, secret = token.partition(":")
        if not (number.isdecimal() and colon and len(secret) > 2) or token in self.revoked:
            raise Refused(401, "Unauthorized")
        return self.bots.setdefault(token, Bot(token))

    async def reset(self):
        bots, self.bots = self.bots, {}
        self.revoked = set()
        self.deliveries.stop()
        for bot in bots.values():
            bot.polls = -1
            await bot.wake()

    async def call(self, request):
        """Answer one call of the Bot API and put it into the ledger."""
        method, params = request.path_params["method"], await parameters(request)
        recipient = str(params.get("chat_id", ""))
        fault = self.stage.faults.verdict("telegram", method, recipient)
        accepts, then = fault == "ok" or fault.startswith("accept-then-"), fault.removeprefix("accept-then-")
        entry = self._entry(request, method, recipient, params) | {"verdict": fault}
        if not accepts:
            await self.stage.ledger.write(self.stage.now(), **entry, accepted=False)
            return await play(request, fault, refusal)
        answer = await self._answer(request.path_params["token"], method, params, entry)
        return answer if then == "ok" else await play(request, then, refusal)

    async def download(self, request):
        """Give a file's bytes."""
        path = request.path_params["path"]
        fault = self.stage.faults.verdict("telegram", "download", "")
        if fault != "ok":
            return await play(request, fault, refusal)
        try:
            bot = self.bot(request.path_params["token"])
        except Refused as no:
            return JSONResponse(*refusal(no.status, no.description))
        file = next((file for file in bot.files.values() if file["path"] == path), None)
        is_there = file is not None and file.get("until", 0) > self.stage.now()
        return Response(file["content"]) if is_there else JSONResponse(*refusal(404, "Not Found"))

    async def _answer(self, token, method, params, entry):
        try:
            bot = self.bot(token)
            rules.check_names(method, params)
            result = await METHODS[method](self, bot, params)
        except Refused as no:
            told = entry | {"verdict": str(no.status), "error": no.description, "accepted": False}
            await self.stage.ledger.write(self.stage.now(), **told)
            return JSONResponse(*refusal(no.status, no.description, **no.parameters))
        found = (
            {"message_id": result["message_id"]}
            if isinstance(result, dict) and "message_id" in result
            else {}
        )
        if method != "getUpdates":
            await self.stage.ledger.write(self.stage.now(), **entry, **found, accepted=True)
        return JSONResponse({"ok": True, "result": result})

    def _entry(self, request, method, recipient, params):
        attempt = request.headers.get("X-Attempt", "")
        return {
            "channel": "telegram",
            "account": request.path_params["token"].partition(":")[0],
            "method": method,
            "recipient": recipient,
            "outbox": request.headers.get("X-Outbox-Id", ""),
            "attempt": int(attempt) if attempt.isdecimal() else None,
            "body": {
                name: value
                for name, value in params.items()
                if isinstance(value, str | int | float | list | dict)
            },
        }

    async def get_me(self, bot, params):
        return bot.me()

    async def send_message(self, bot, params):
        text = rules.text(params, "text", 4096, "message text is empty", "message is too long")
        return await self._send(bot, params, {"text": text})

    async def send_document(self, bot, params):
        caption = rules.text(params, "caption", 1024, "", "message caption is too long")
        upload = params.get("document")
        if not upload:
            raise rules.bad("there is no document in the request")
        content = await upload.read() if hasattr(upload, "read") else bot.files.get(upload, {}).get("content")
        if content is None:
            raise rules.bad("wrong file identifier/HTTP URL specified")
        if len(content) > UPLOAD:
            raise Refused(413, "Request Entity Too Large")
        name = getattr(upload, "filename", "") or "file"
        file = bot.file(content, name, "") | {"file_name": name}
        return await self._send(bot, params, {"document": file, "caption": caption})

    async def _send(self, bot, params, content):
        rows = rules.keyboard(params)
        chat = bot.reachable(rules.integer(params, "chat_id"))
        quoted = rules.structure(params, "reply_parameters") or {}
        if (
            quoted
            and quoted.get("message_id") not in chat.messages
            and not quoted.get("allow_sending_without_reply")
        ):
            raise rules.bad("message to be replied not found")
        bot.pace.take(chat.id, self.stage.now())
        message = {
            "message_id": next(chat.numbers), "date": int(self.stage.now()), "chat": chat.brief(),
            "from": bot.me(),
        } | content  # fmt: skip
        if rows:
            message["reply_markup"] = {"inline_keyboard": rows}
        return chat.add(message)

    async def send_chat_action(self, bot, params):
        bot.reachable(rules.integer(params, "chat_id"))
        if params.get("action") not in rules.ACTIONS:
            raise rules.bad("wrong parameter action in request")
        return True

    async def answer_callback_query(self, bot, params):
        rules.text(params, "text", 200, "", "MESSAGE_TOO_LONG")
        if params.get("callback_query_id") not in bot.queries:
            raise rules.bad("query is too old and response timeout expired or query ID is invalid")
        return True

    async def edit_markup(self, bot, params):
        message = self._own_message(bot, params, "message to edit not found")
        rows = rules.keyboard(params)
        if rows == message.get("reply_markup", {}).get("inline_keyboard", []):
            raise rules.bad("message is not modified")
        message["reply_markup"] = {"inline_keyboard": rows}
        return message

    async def delete_message(self, bot, params):
        message = self._own_message(bot, params, "message to delete not found")
        del bot.chats[message["chat"]["id"]].messages[message["message_id"]]
        return True

    def _own_message(self, bot, params, missing):
        chat = bot.reachable(rules.integer(params, "chat_id"))
        message = chat.messages.get(rules.integer(params, "message_id"))
        if message is None or message["from"]["id"] != bot.id:
            raise rules.bad(missing)
        return message

    async def get_file(self, bot, params):
        file = bot.files.get(params.get("file_id", ""))
        if file is None:
            raise rules.bad("wrong file_id or the file is temporarily unavailable")
        if len(file["content"]) > DOWNLOAD:
            raise rules.bad("file is too big")
        size = len(file["content"])
        file["until"] = self.stage.now() + LINK_SECONDS
        return {
            "file_id": params["file_id"],
            "file_unique_id": "U",
            "file_size": size,
            "file_path": file["path"],
        }

    async def get_updates(self, bot, params):
        if bot.webhook:
            raise Refused(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
            )
        if "allowed_updates" in params:
            bot.allowed = rules.structure(params, "allowed_updates") or None
        bot.confirm(rules.integer(params, "offset", 0))
        bot.polls += 1
        mine = bot.polls
        await bot.wake()
        await self._wait_for_updates(bot, mine, rules.integer(params, "timeout", 0))
        if bot.polls != mine:
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request",
            )
        return bot.pending(self.stage.now())[: min(rules.integer(params, "limit", 100), 100)]

    async def _wait_for_updates(self, bot, mine, seconds):
        try:
            async with asyncio.timeout(seconds), bot.changed:
                await bot.changed.wait_for(lambda: bot.polls != mine or bot.pending(self.stage.now()))
        except TimeoutError:
            return

    async def set_webhook(self, bot, params):
        rules.secret(params)
        if not params.get("url"):
            return await self.delete_webhook(bot, params)
        if "allowed_updates" in params:
            bot.allowed = rules.structure(params, "allowed_updates") or None
        if rules.boolean(params, "drop_pending_updates"):
            bot.updates.clear()
        bot.webhook = {"url": params["url"], "secret": params.get("secret_token", "")}
        bot.polls += 1
        await bot.wake()
        self.deliveries.start(bot)
        return True

    async def delete_webhook(self, bot, params):
        bot.webhook = {}
        if rules.boolean(params, "drop_pending_updates"):
            bot.updates.clear()
        await bot.wake()
        return True

    async def get_webhook_info(self, bot, params):
        waiting = len(bot.pending(self.stage.now()))
        info = {
            "url": bot.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": waiting,
        }
        if bot.last_error:
            info |= {"last_error_date": bot.last_error[0], "last_error_message": bot.last_error[1]}
        return info

    async def set_my_commands(self, bot, params):
        bot.commands[params.get("language_code", "")] = rules.commands(params)
        return True


METHODS = {
    "getMe": Telegram.get_me,
    "sendMessage": Telegram.send_message,
    "sendDocument": Telegram.send_document,
    "sendChatAction": Telegram.send_chat_action,
    "answerCallbackQuery": Telegram.answer_callback_query,
    "editMessageReplyMarkup": Telegram.edit_markup,
    "deleteMessage": Telegram.delete_message,
    "getFile": Telegram.get_file,
    "getUpdates": Telegram.get_updates,
    "setWebhook": Telegram.set_webhook,
    "deleteWebhook": Telegram.delete_webhook,
    "getWebhookInfo": Telegram.get_webhook_info,
    "setMyCommands": Telegram.set_my_commands,
}


def refusal(status, description="", **parameters):
    """Return a refusal's body and status, as JSONResponse takes them."""
    if status == 429 and not parameters:
        parameters = {"retry_after": int(description or 1)}
        description = f"Too Many Requests: retry after {parameters['retry_after']}"
    if description == "migrated":
        parameters = {"migrate_to_chat_id": -1001234567890}
        description = "Bad Request: group chat was upgraded to a supergroup chat"
    body = {"ok": False, "error_code": status, "description": description or "scripted"}
    return (body | ({"parameters": parameters} if parameters else {}), status)


async def parameters(request):
    """Return what was passed, in the query, a form or JSON."""
    found = dict(request.query_params)
    if request.headers.get("Content-Type", "").startswith("application/json"):
        return found | json.loads(await request.body() or b"{}")
    return found | dict(await request.form())
