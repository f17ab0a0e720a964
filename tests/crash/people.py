"""Patients by script: each hears what the provider shows them, and answers; after a silence, again."""

import asyncio
import random
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain

from tests.fakes.provider.stage import Refused
from tests.journeys.papers import PHOTO

SILENCE = 1.0
"""Seconds after which somebody repeats themselves: a message of theirs may be with staff (quarantine)."""

MOST_DOUBLINGS = 3
"""Who hears nothing waits longer each time: a chat is written to once a second and no faster."""

QUESTIONS = {
    "May we keep your answers?": "consent.health",
    "May we write to you?": "consent.messages",
    "What should we know?": "note",
    "Send your answers?": "end.send",
}
FEEL, WALK = "How do you feel?", "How do you walk?"
YES = {"consent.health": "Yes, I agree", "consent.messages": "Yes", "end.send": "Send now"}
CODES = {
    "Yes, I agree": "yes", "Yes": "yes", "Send now": "send",
    "Better": "better", "No change": "same", "Well": "well", "With effort": "hard",
}  # fmt: skip
STEPS = ("M1", "M3", "M6")
WAITING = "an answer to what was said"
FILES = 2
"""Every so many-th patient sends a file."""

IMPATIENCE = 0.2
"""How often somebody taps again on a question that they have answered already."""


@dataclass
class Person:
    """One patient. `said` is what they answered, by link id; `phase` what they are asked now."""

    town: object
    number: int
    chance: random.Random
    said: dict = field(default_factory=dict)
    acts: Counter = field(default_factory=Counter)
    due: tuple = ()
    patient: str = ""
    phase: str = "intake"
    last: object = None
    touched: float = 0.0
    repeated: int = 0
    unheard: int = 0
    open: str | None = None
    file: bytes = b""

    @property
    def wanted(self):
        """Return the link ids that the present phase asks for."""
        if self.phase == "intake":
            return set(QUESTIONS.values())
        return {f"{self.phase}.feel", f"{self.phase}.walk"}

    @property
    def is_done(self):
        """Say whether everything was answered, and the last that was heard is no question."""
        return self.wanted <= set(self.said) and self.open is None

    async def hears(self, text, labels):
        """React to one message with these buttons."""
        if "Start" in labels and "Stop messages" in labels:
            await self._act(lambda: self._tap("Start"))
            return
        link_id = self.open = self._asked(text)
        if link_id is None:
            return
        self.unheard = 0
        if link_id in self.said and self.chance.random() > IMPATIENCE:
            return
        await self._answer(link_id, labels)

    async def says_something(self):
        """Say what is no answer to anything."""
        await self._say("What can you do?")

    async def repeats(self, now):
        """Do the last thing again if nothing was heard for a while."""
        patience = SILENCE * 2 ** min(self.unheard, MOST_DOUBLINGS)
        is_silent = self.last is not None and now - self.touched > patience
        if not self.is_done and is_silent and not self.town.pending():
            self.repeated += 1
            self.unheard += 1
            self.acts.update(self.acts.keys())
            await self._act(self.last if self.repeated % 2 else self.starts)

    async def _answer(self, link_id, labels):
        self.acts[link_id] += 1
        if link_id == "consent.messages" and self.number % FILES == 0 and not self.file:
            self.file = PHOTO + f"<!-- {self.number} -->".encode()
            await self._send_file(self.file)
        if link_id == "note":
            self.said[link_id] = self.token
            await self._act(lambda: self._say(self.token))
            return
        if link_id not in self.said:
            self.said[link_id] = CODES[YES.get(link_id) or self.chance.choice(labels[:2])]
        label = next(label for label, code in CODES.items() if code == self.said[link_id] and label in labels)
        await self._act(lambda: self._tap(label))

    async def _act(self, act):
        self.last, self.touched = act, asyncio.get_running_loop().time()
        self.open = WAITING
        try:
            await act()
        except Refused:
            # The button hung on a message that is no longer there.
            await self._say("/start")

    def _asked(self, text):
        if self.phase == "intake":
            return next((link_id for words, link_id in QUESTIONS.items() if words in text), None)
        kinds = {FEEL: "feel", WALK: "walk"}
        kind = next((kind for words, kind in kinds.items() if words in text), None)
        return kind and f"{self.phase}.{kind}"

    @property
    def token(self):
        return f"The words of patient {self.number:06d}"


@dataclass
class OnTelegram(Person):
    """Somebody in a private chat with the bot."""

    invitation: str = ""

    @property
    def address(self):
        return str(700000 + self.number)

    async def starts(self):
        await self._act(lambda: self._say(f"/start {self.invitation}"))

    async def _send_file(self, content):
        await self.town.on_telegram.file(
            self.town.bot,
            chat=int(self.address),
            content=b64encode(content).decode(),
            kind="photo",
            mime="image/png",
        )

    def shown(self, message_id):
        return self.town.bot.chats[int(self.address)].messages[message_id]

    async def _say(self, text):
        await self.town.on_telegram.say(self.town.bot, chat=int(self.address), text=text)

    async def _tap(self, label):
        await self.town.on_telegram.tap(self.town.bot, chat=int(self.address), label=label)


@dataclass
class OnWhatsApp(Person):
    """Somebody with WhatsApp."""

    invitation: str = ""

    @property
    def address(self):
        return f"1202{self.number:07d}"

    @property
    def who(self):
        return {"phone": self.address, "user_id": f"US.{self.address}", "name": "Patient"}

    async def starts(self):
        await self._act(lambda: self._say(f"Hello #{self.invitation}"))

    async def _send_file(self, content):
        await self.town.on_whatsapp.file(
            self.town.number,
            who=self.who,
            content=b64encode(content).decode(),
            kind="image",
            mime="image/png",
        )

    def shown(self, message_id):
        person = self.town.number.person(self.who["phone"], self.who["user_id"])
        return next(message for message in person.messages if message["wamid"] == message_id)

    async def _say(self, text):
        await self.town.on_whatsapp.say(self.town.number, who=self.who, text=text)

    async def _tap(self, label):
        await self.town.on_whatsapp.tap(self.town.number, who=self.who, label=label)


class Crowd:
    """All patients; each line of the ledger that is for one of them is heard by them."""

    def __init__(self, town):
        self.town = town
        self.people = {}
        self._since = 0

    def add(self, person):
        self.people[person.address] = person

    async def listen(self):
        """Let everybody hear and answer, for ever."""
        while True:
            for line in await self.town.lines(self._since):
                self._since = line["seq"]
                await self._hear(line)
            now = asyncio.get_running_loop().time()
            for person in list(self.people.values()):
                await person.repeats(now)

    async def _hear(self, line):
        if line["accepted"] is not True or not line["outbox"]:
            return
        person = self.people.get(line["recipient"].removeprefix("+").removeprefix("US."))
        if person is not None and line["method"] in {"sendMessage", "messages"}:
            await person.hears(*_shown(person.shown(line["message_id"])))


def _shown(message):
    """Return a message's words and its buttons' labels, whichever service showed it."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [key["text"] for key in chain(*rows)] or [label for label, _ in message.get("buttons", ())]
    return message.get("text", ""), [label.removeprefix("✓ ") for label in labels]
