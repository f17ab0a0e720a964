"""Several people who write to one clinic, through the real parser, inbox, storage and outbox."""

import re
from contextlib import asynccontextmanager

from benchmarks.chat import Person
from benchmarks.clinic import ACCOUNT, Line, line_of, opened
from handlers.chat_view import Conversation
from handlers.core.values import ContactPoint
from storage.chat_views import ChatViews
from storage.export import Export

CODE = re.compile(r"/chat/i/(\S+)")
ISOLATES = re.compile("[\u2068\u2069]")
"""What stands around every inserted value, so that it keeps its own direction."""


class Room:
    """The clinic's line and the people on it, each in a Telegram chat of their own."""

    def __init__(self, line: Line):
        self.line = line
        self.people: dict[str, Person] = {}

    async def arrives(self, chat: int, payload: str = "") -> Person:
        """Let somebody send /start, with the code of an invitation if they have one."""
        person = self.people[str(chat)] = Person(chat)
        await self.takes(person, f"=/start {payload}".rstrip())
        return person

    async def takes(self, person: Person, *steps: str) -> list[str]:
        """Say (after "=") or tap each step; return what this person heard since."""
        before = len(person.heard)
        for step in steps:
            await self.line.receive(person.do(step))
            await self.line.handle(8)
            for chat, body in await self.line.collect():
                self.people[chat].heard.append(body)
        return heard_by(person)[before:]

    async def case(self, person: Person):
        """Return the case at somebody's chat."""
        point = ContactPoint(ACCOUNT.channel, ACCOUNT.name, str(person.chat))
        return await self.line.stores.uow.case_at(ACCOUNT.clinic, point)

    async def page(self, person: Person) -> Conversation:
        """Return a conversation as our page would show it to somebody there."""
        stores = self.line.stores
        views = ChatViews(stores.database, stores.vault, stores.clinics)
        point = ContactPoint(ACCOUNT.channel, ACCOUNT.name, str(person.chat))
        conversation = await views.read(ACCOUNT.clinic, point)
        assert await views.is_over(ACCOUNT.clinic, point) is conversation.is_over
        return conversation

    async def export(self, name: str) -> list[dict]:
        """Return one list of the contract export."""
        stores = self.line.stores
        export = Export(stores.database, stores.vault, stores.clinics)
        return [row async for row in export.rows(ACCOUNT.clinic, name)]


@asynccontextmanager
async def room(folder):
    """Open a clinic in `folder`."""
    async with opened(folder / "room.db") as base:
        yield Room(line_of(base))


def code_in(texts: list[str]) -> str:
    """Return the one-time code of the link that was said."""
    return CODE.search("\n".join(texts))[1]


def heard_by(person: Person) -> list[str]:
    """Return all that somebody has heard."""
    return [ISOLATES.sub("", body.text) for body in person.heard]
