"""Numbers, people, templates and media of the fake WhatsApp."""

import asyncio
import base64
import hashlib
import re
from dataclasses import dataclass, field
from itertools import count

from tests.fakes.provider.graph_rules import bad
from tests.fakes.provider.pace import Spacing, Window

WINDOW = 24 * 3600
MEDIA_URL = 300
MEDIA_LIFE = 7 * 24 * 3600
TEMPLATES = {
    ("checkin_start_v1", language): {
        "body": "Hello {{1}}, it is time for your check-in with {{2}}. It takes 5 minutes. Start now?",
        "buttons": ["Start", "Later", "Stop messages"],
        "status": "APPROVED",
    }
    for language in ("en", "ja")
}


@dataclass
class Person:
    """Somebody with WhatsApp: a phone number, a business-scoped user id, or both."""

    phone: str = ""
    user_id: str = ""
    name: str = "Patient A"
    heard_at: float | None = None
    gone: bool = False
    messages: list = field(default_factory=list)

    def contact(self):
        ids = {"wa_id": self.phone, "user_id": self.user_id}
        return {"profile": {"name": self.name}} | {name: value for name, value in ids.items() if value}

    def sender(self):
        ids = {"from": self.phone, "from_user_id": self.user_id}
        return {name: value for name, value in ids.items() if value}

    def recipient(self):
        ids = {"recipient_id": self.phone, "recipient_user_id": self.user_id}
        return {name: value for name, value in ids.items() if value}

    def add(self, **message):
        self.messages.append({"n": len(self.messages) + 1} | message)


@dataclass
class Update:
    """One thing to tell: a message or status with the contact to it, or a whole change."""

    kind: str
    content: dict
    contact: dict | None = None


@dataclass
class Pace:
    """80 messages a second, one in six seconds to a person with bursts; off unless switched on.

    No time to wait is named: Meta rarely does.
    """

    on: bool = False
    number: Window = field(default_factory=lambda: Window(80))
    pairs: Spacing = field(default_factory=lambda: Spacing(6.0, burst=45))

    def set(self, *, on, per_number, per_pair, burst):
        self.on, self.number, self.pairs = on, Window(per_number), Spacing(per_pair, burst)

    def take(self, person, now):
        """Count one message, or refuse it."""
        if not self.on:
            return
        if self.number.wait(now) > 0:
            raise bad(130429, "Too many messages were sent from this phone number in a short period of time")
        if self.pairs.wait(id(person), now) > 0:
            raise bad(131056, "Too many messages were sent to this person in a short period of time")
        self.number.take(now)
        self.pairs.take(id(person), now)


@dataclass
class Number:
    """One business number's world."""

    id: str
    token: str = ""
    secret: str = ""
    url: str = ""
    waba: str = "318240559917736"
    apps: list = field(default_factory=list)
    people: list = field(default_factory=list)
    templates: dict = field(default_factory=lambda: {key: dict(value) for key, value in TEMPLATES.items()})
    media: dict = field(default_factory=dict)
    sent: dict = field(default_factory=dict)
    updates: list = field(default_factory=list)
    numbers: count = field(default_factory=lambda: count(1))
    statuses: tuple = ("sent", "delivered")
    batch: int = 1
    copies: int = 1
    shuffle: bool = False
    held: bool = False
    pace: Pace = field(default_factory=Pace)
    tier: str = "TIER_UNLIMITED"
    started: dict = field(default_factory=dict)
    over_the_day: int = 0
    approves: bool = True
    page: int = 100
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def person(self, phone="", user_id="", name=""):
        """Return the person with these ids, made when they write for the first time."""
        for person in self.people:
            if (phone, user_id) == (person.phone, person.user_id):
                return person
        self.people.append(Person(phone, user_id, name or "Patient A"))
        return self.people[-1]

    def reachable(self, payload):
        """Return whom a message is for; `to` wins over `recipient`."""
        to, recipient = payload.get("to", "").removeprefix("+"), payload.get("recipient", "")
        for person in self.people:
            is_meant = to == person.phone if to else recipient == person.user_id
            if is_meant and not person.gone:
                return person
        raise bad(131026, "Message undeliverable.")

    def check_window(self, person, kind, now):
        """Refuse what only goes within the 24 hours; say whether it begins a conversation outside them."""
        is_open = person.heard_at is not None and now - person.heard_at < WINDOW
        if kind != "template" and not is_open:
            raise bad(131047, "More than 24 hours have passed since the customer last replied.")
        return not is_open

    def template(self, content):
        """Return the approved template that is meant, if all its parameters are there."""
        found = self.templates.get((content["name"], content["language"]["code"]))
        if found is None:
            raise bad(132001, f"template name ({content['name']}) does not exist in that language")
        if found["status"] != "APPROVED":
            raise bad(132015, "Template is paused due to low quality.")
        parts = content.get("components", [])
        given = sum(len(part.get("parameters", [])) for part in parts if part["type"] == "body")
        wanted = len(set(re.findall(r"\{\{(\d+)\}\}", found["body"])))
        if given != wanted:
            raise bad(132000, f"body: number of localizable_params ({given}) does not match ({wanted})")
        buttons = [int(part["index"]) for part in parts if part["type"] == "button"]
        if any(index >= len(found["buttons"]) for index in buttons):
            raise bad(132018, "no such button")
        return found

    def file(self, content, mime, now):
        """Keep a file and return what the webhook tells of it."""
        ref = f"10032004400550{next(self.numbers):02d}"
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        self.media[ref] = {"content": content, "mime_type": mime, "sha256": digest, "since": now}
        return {"id": ref, "mime_type": mime, "sha256": digest}

    def wamid(self, way):
        return f"wamid.{way}{self.id[-4:]}{next(self.numbers):05d}"

    async def emit(self, *updates):
        self.updates.extend(updates)
        await self.wake()

    async def wake(self):
        async with self.changed:
            self.changed.notify_all()
