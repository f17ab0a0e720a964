"""Bots, chats, people and updates of the fake Telegram."""

import asyncio
import math
from dataclasses import dataclass, field
from itertools import count

from tests.fakes.provider.pace import Penalty, Spacing, Window
from tests.fakes.provider.stage import Refused
from tests.fakes.provider.telegram_rules import bad

KEPT_SECONDS = 24 * 3600
LINK_SECONDS = 3600


@dataclass
class Chat:
    """One person's chat with the bot, or a group. Message ids are unique in it only."""

    id: int
    name: str = "Patient"
    language: str = "en"
    kind: str = "private"
    blocked: bool = False
    messages: dict = field(default_factory=dict)
    numbers: count = field(default_factory=lambda: count(1))

    def brief(self):
        title = {"first_name": self.name} if self.kind == "private" else {"title": self.name}
        return {"id": self.id, "type": self.kind} | title

    def person(self):
        user = self.id if self.kind == "private" else 990000999
        return {"id": user, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def add(self, message):
        self.messages[message["message_id"]] = message
        return message


@dataclass
class Pace:
    """One message a second to a chat, thirty to all; off unless switched on.

    Whoever is refused is told how long to wait, and nothing gets through before: at all if the bot was
    too fast, in that chat if only the chat's pace was not kept.
    """

    on: bool = False
    bot: Window = field(default_factory=lambda: Window(30))
    chats: Spacing = field(default_factory=lambda: Spacing(1.0))
    penalty: Penalty = field(default_factory=Penalty)

    def set(self, *, on, per_chat, per_bot):
        self.on, self.bot, self.chats, self.penalty = on, Window(per_bot), Spacing(per_chat), Penalty()

    def take(self, chat, now):
        """Count one message, or refuse it with the time to wait."""
        if not self.on:
            return
        waits = {chat: self.chats.wait(chat, now), "": self.bot.wait(now)}
        left = self.penalty.left(chat, now)
        if max(left, *waits.values()) > 0:
            seconds = math.ceil(max(left, *waits.values()))
            if left <= 0:
                self.penalty.start("" if waits[""] > 0 else chat, now + seconds)
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self.bot.take(now)
        self.chats.take(chat, now)


@dataclass
class Bot:
    """One token's world."""

    token: str
    chats: dict = field(default_factory=dict)
    updates: list = field(default_factory=list)
    update_numbers: count = field(default_factory=lambda: count(700100201))
    query_numbers: count = field(default_factory=lambda: count(4251887340912265501))
    queries: set = field(default_factory=set)
    files: dict = field(default_factory=dict)
    commands: dict = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    allowed: list | None = None
    webhook: dict = field(default_factory=dict)
    last_error: tuple | None = None
    polls: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def id(self):
        return int(self.token.partition(":")[0])

    @property
    def username(self):
        return f"clinic_{self.id}_bot"

    def me(self):
        return {"id": self.id, "is_bot": True, "first_name": "Clinic", "username": self.username}

    def chat(self, chat_id, **fields):
        """Return the chat, made when the person writes for the first time."""
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id, **{name: value for name, value in fields.items() if value})
        return self.chats[chat_id]

    def reachable(self, chat_id):
        """Return the chat that the bot may write to, or refuse as Telegram does."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def file(self, content, name, mime):
        number = len(self.files) + 1
        ref = f"FILE-{self.id}-{number}"
        path = f"documents/file_{number}.{name.rpartition('.')[2] or 'bin'}"
        self.files[ref] = {"path": path, "content": content, "mime": mime}
        return {"file_id": ref, "file_unique_id": f"U{number}", "file_size": len(content)}

    async def emit(self, kind, content, now):
        """Put an update into the queue, if the bot asked for its kind; return its id or None."""
        if self.allowed is not None and kind not in self.allowed:
            return None
        number = next(self.update_numbers)
        await self.emit_raw({"update_id": number, kind: content}, now)
        return number

    async def emit_raw(self, update, now):
        self.updates.append((now, update))
        await self.wake()

    async def wake(self):
        async with self.changed:
            self.changed.notify_all()

    def pending(self, now):
        self.updates = [(at, update) for at, update in self.updates if at > now - KEPT_SECONDS]
        return [update for _, update in self.updates]

    def confirm(self, offset):
        """Forget what lies before `offset`; a negative one keeps that many from the end."""
        if offset < 0:
            self.updates = self.updates[offset:]
        elif offset > 0:
            self.updates = [
                (at, update)
                for at, update in self.updates
                if _number(update) is None or _number(update) >= offset
            ]

    def forget(self, update):
        self.updates = [(at, kept) for at, kept in self.updates if kept is not update]


def _number(update):
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None
