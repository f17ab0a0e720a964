"""The reminder of an unfinished intake goes through the same tables as a check-in, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.chat import STEPS, Person
from benchmarks.clinic import ACCOUNT, Line, line_of, opened
from handlers.core.case import Clinic
from handlers.due import Due
from handlers.ports import ClaimedFollowUp
from handlers.world import World

CHAT = 5_000_000_002
SAID = "Some questions are still open"
LEASE = timedelta(minutes=1)


@dataclass
class Later:
    """A clinic some days on."""

    line: Line
    now: datetime

    def world(self, clinic: Clinic) -> World:
        return replace(self.line.base.around.world(clinic), now=self.now)

    async def look(self) -> list[ClaimedFollowUp]:
        """Start what is due until nothing is; return what was started, in order."""
        started = []
        while claimed := await self.claimed():
            for one in claimed:
                await self.start(one)
                started.append(one)
        return started

    async def claimed(self) -> list[ClaimedFollowUp]:
        store = self.line.stores.follow_ups
        return await store.claim(now=self.now, now_system=self.now, lease=LEASE, limit=5)

    async def start(self, claimed: ClaimedFollowUp) -> None:
        await Due(self.line.stores.uow, self.world).start(claimed)

    async def reminders(self) -> list[str]:
        """Return what of the reminder is given out to be sent at that time."""
        rows = await self.line.stores.outbox.claim(
            ACCOUNT.clinic,
            ACCOUNT.channel,
            ACCOUNT.name,
            now=self.now,
            now_system=self.now,
            lease=LEASE,
            limit=20,
        )
        return [row.body.text for row in rows if SAID in row.body.text]


@pytest.fixture
async def line(tmp_path: Path):
    async with opened(tmp_path / "unfinished.db") as base:
        yield line_of(base)


@pytest.fixture
async def later(line: Line) -> Later:
    """Return the clinic two days after somebody has fallen silent in the middle of the intake."""
    person = Person(CHAT)
    await line.receive(person.start())
    await line.handle(1)
    person.heard += [body for _, body in await line.collect()]
    for step in STEPS[:9]:
        await line.receive(Person.do(person, step))
        await line.handle(1)
        person.heard += [body for _, body in await line.collect()]
    # In the clinic's zone, as the patient's is not known yet, it is noon.
    return Later(line, line.base.clock.now().replace(hour=3, minute=0) + timedelta(days=2))


async def test_a_reminder_that_is_due_waits_in_the_outbox(later: Later):
    await later.look()

    assert len(await later.reminders()) == 1


async def test_starting_it_twice_reminds_once(later: Later):
    started = await later.look()

    await later.start(started[-1])

    assert len(await later.reminders()) == 1


async def test_it_is_due_again_two_days_after_the_first(later: Later):
    await later.look()

    following = await later.line.stores.follow_ups.next_due()

    assert following is not None
    assert timedelta(hours=20) < following - later.now < timedelta(days=3)
