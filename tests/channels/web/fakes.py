"""What stands behind the pages in tests: each remembers what it was given."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.channels.web import parse
from handlers.chat_view import ChatLine, Conversation, LineKind
from handlers.core.events import Chose, Said, SentDocument

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KINDS = {Said: LineKind.TEXT, Chose: LineKind.CHOICE, SentDocument: LineKind.FILE}


class FakeClock:
    def __init__(self):
        self._now = NOON

    def now(self):
        return self._now

    def pass_time(self, time: timedelta):
        self._now += time


class FakeTries:
    """Counts five tries, as the database does."""

    def __init__(self):
        self.made = Counter()

    async def allows(self, point):
        self.made[point] += 1
        return self.made[point] <= 5

    async def release(self, point):
        del self.made[point]


class Chat:
    """Inbox and reader in one."""

    def __init__(self):
        self.items = []
        self.lines = []
        self.language = "en"
        self.invitations = {"good"}
        self.over = False

    async def add(self, items, *, now):
        known = {item.dedupe_key for item in self.items}
        new = [item for item in items if item.dedupe_key not in known]
        self.items += new
        for item in new:
            self._show(item)
        return len(new)

    async def read(self, clinic, point, *, known=(), limit=200):
        lines = tuple(line for line in self.lines[-limit:] if line.id not in known) if limit else ()
        return Conversation(self.language, lines, is_over=self.over)

    async def is_over(self, clinic, point):
        return self.over

    async def line_id(self, clinic, point, dedupe_key):
        return line_id(dedupe_key)

    async def has_come(self, clinic, point, dedupe_key):
        return any(item.dedupe_key == dedupe_key for item in self.items)

    async def invited(self, token):
        return token in self.invitations

    def say(self, outbox_id, body, at=NOON, *, shown=False):
        self.lines.append(ChatLine(outbox_id, LineKind.CLINIC, at, len(self.lines), body, shown=shown))

    def events(self):
        return [parse(item.raw).what for item in self.items]

    def _show(self, item):
        event = parse(item.raw)
        kind = KINDS.get(type(event.what))
        if kind:
            text = getattr(event.what, "text", "") or getattr(event.what, "data", "")
            line = line_id(item.dedupe_key)
            self.lines.append(ChatLine(line, kind, event.at, len(self.lines), text=text))


def line_id(dedupe_key):
    return "in" + hashlib.sha256(dedupe_key.encode()).hexdigest()[:12]


class FakeEmails:
    def __init__(self):
        self.address = None
        self.is_due = True

    async def prove(self, clinic, point, email, *, now):
        self.address = email

    async def proven(self, clinic, point):
        return self.address

    async def due(self, clinic, point):
        return self.address if self.is_due else None

    async def told(self, clinic, point, *, now):
        self.is_due = False


class FakeIdentity:
    def __init__(self):
        self.silent = False

    async def needs_identity(self, address):
        return self.silent

    async def check_birth_date(self, address, typed):
        return typed == "1958-03-07"


class FakeMail:
    def __init__(self):
        self.sent = []
        self.fault = None

    async def send(self, to, subject, text):
        if self.fault:
            raise self.fault
        self.sent.append((to, subject, text))
