"""Check-ins over real stores: what was claimed may be answered, stopped or moved in the same moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from handlers import check_in, commands, receipts
from handlers.core.case import FollowUp, FollowUpState, Response, ResponseStatus
from handlers.core.changes import PlanFollowUps, RecordConsent, StartResponse
from handlers.core.values import AnsweredBy, FollowUpId, Purpose, ResponseId
from handlers.decision import Decision
from handlers.due import Due
from handlers.ports import ClaimedFollowUp, OutboxRow
from handlers.treatment import Treatment
from storage.stores import Stores
from storage.tables import follow_ups, outbox, tasks
from tests.handlers.desk import StillClock, surroundings
from tests.storage.samples import CLINIC, MINUTE, NOON, claim_outbox, follow_up, known, settled

DAY = timedelta(days=1)


def said_yes(purpose: Purpose) -> RecordConsent:
    return RecordConsent(
        purpose, given=True, text_version="1", text_hash="", language="en", at=NOON, by=AnsweredBy.PATIENT
    )


class Office:
    """A patient in Berlin, one planned check-in, and what the scheduler does with it."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.clock = StillClock(NOON)
        self.around = surroundings(self.clock)
        self.due = Due(stores.uow, self.around.world)

    async def plan(self, **fields: object) -> None:
        agreed = [said_yes(purpose) for purpose in (Purpose.HEALTH, Purpose.MESSAGES)]
        case = await settled(self.stores, *agreed, zone="Europe/Berlin")
        planned = follow_up(case, step="M1", zone="Europe/Berlin", **fields)
        await self.stores.uow.save(await known(self.stores), [PlanFollowUps((planned,))])

    async def claim(self) -> ClaimedFollowUp:
        now = self.clock.now()
        [claimed] = await self.stores.follow_ups.claim(now=now, now_system=now, lease=MINUTE, limit=10)
        return claimed

    async def open(self) -> None:
        await self.due.start(await self.claim())

    async def lose(self, row: OutboxRow) -> None:
        follows = partial(self.due.lost, row)
        await self.stores.outbox.settle_failed(row, code="x", state="unknown", now=NOON, then=follows)

    async def decide(self, act) -> None:
        case = await known(self.stores)
        decision = Decision(case, self.around.world(case.clinic), cause=f"c{self.clock.now()}")
        act(decision)
        await self.stores.uow.save(case, decision.finish())

    async def answer(self) -> None:
        case = await known(self.stores)
        response = Response(
            ResponseId("r-m1"), "urn:m1", "1", ResponseStatus.IN_PROGRESS, NOON, FollowUpId("f-1")
        )
        await self.stores.uow.save(case, [StartResponse(response)])
        await self.decide(lambda decision: check_in.complete(decision, response))

    async def treat(self, local: str, hour: str = "") -> Sequence[FollowUp]:
        patient = (await known(self.stores)).patient.id
        treatment = Treatment(self.stores.uow, self.around.world)
        return await treatment.enter_date(CLINIC, patient, "infusion", local, "Europe/Berlin", "staff", hour)

    async def miss(self, step: str) -> None:
        await self.end(step, FollowUpState.MISSED)

    async def end(self, step: str, state: FollowUpState) -> None:
        [one] = [one for one in (await known(self.stores)).follow_ups if one.step == step]
        await self.decide(lambda decision: decision.follow_up(replace(one, state=state, next_at=None)))

    async def state(self) -> str:
        return await self._one(select(follow_ups.c.state))

    async def openings(self) -> list[str]:
        statement = select(outbox.c.state).where(outbox.c.opening).order_by(outbox.c.seq)
        return await self._all(statement)

    async def tasks(self) -> list[str]:
        return await self._all(select(tasks.c.kind).order_by(tasks.c.opened_at))

    async def _one(self, statement):
        return await self.stores.database.read(lambda conn: conn.scalar(statement))

    async def _all(self, statement):
        return await self.stores.database.read(lambda conn: list(conn.scalars(statement)))

    def later(self, by: timedelta) -> None:
        self.clock.time += by


@pytest.fixture
async def office(stores: Stores) -> Office:
    made = Office(stores)
    await made.plan()
    return made


async def test_a_check_in_completed_while_it_was_claimed_stays_completed(office: Office):
    await office.open()
    office.later(3 * DAY)
    claimed = await office.claim()
    await office.answer()

    await office.due.start(claimed)

    assert (await office.state(), await office.openings()) == ("completed", ["cancelled"])


async def test_a_completed_check_in_is_not_given_up(office: Office):
    claimed = await office.claim()
    await office.answer()

    await office.due.give_up(claimed)

    assert (await office.state(), await office.tasks()) == ("completed", [])


async def test_a_check_in_put_off_while_it_was_claimed_is_not_reminded_of(office: Office):
    await office.open()
    office.later(3 * DAY)
    claimed = await office.claim()
    [opened] = (await known(office.stores)).follow_ups
    until = office.clock.now() + DAY
    await office.decide(lambda decision: check_in.later(decision, opened, until))

    await office.due.start(claimed)

    [current] = (await known(office.stores)).follow_ups
    assert current.nudges == 0


async def test_an_opening_is_sent_again_after_stop_and_resume(office: Office):
    await office.open()
    await office.decide(lambda decision: commands.stop(decision, ""))
    await office.decide(lambda decision: commands.resume(decision, ""))
    office.later(5 * MINUTE)

    await office.open()

    assert await office.openings() == ["cancelled", "queued"]


async def test_a_check_in_that_was_begun_goes_on_after_stop_and_resume_where_it_stood(office: Office):
    await office.open()
    [opened] = (await known(office.stores)).follow_ups
    await office.decide(lambda decision: decision.follow_up(replace(opened, response=ResponseId("r-m1"))))
    await office.decide(lambda decision: decision.talk(menu=""))
    await office.decide(lambda decision: commands.stop(decision, ""))
    await office.decide(lambda decision: commands.resume(decision, ""))
    office.later(5 * MINUTE)

    await office.open()

    case = await known(office.stores)
    assert [one.response for one in case.follow_ups] == ["r-m1"]
    assert case.contact.dialogue.menu == ""


async def test_an_open_check_in_whose_patient_blocked_us_is_held_and_not_reminded_of(office: Office):
    await office.open()
    await office.decide(lambda decision: receipts.stopped(decision, "blocked"))
    office.later(3 * DAY)

    await office.open()

    assert await office.state() == "held"
    assert "held" in await office.tasks()


async def test_an_opening_that_may_not_have_arrived_waits_for_a_person(office: Office):
    await office.open()
    [row] = await claim_outbox(office.stores)

    await office.lose(row)

    assert await office.state() == "unknown"


async def test_a_lost_opening_of_an_answered_check_in_changes_nothing(office: Office):
    await office.open()
    [row] = await claim_outbox(office.stores)
    [opened] = (await known(office.stores)).follow_ups
    await office.decide(lambda decision: decision.follow_up(replace(opened, response=ResponseId("r-m1"))))

    await office.lose(row)

    assert await office.state() == "in-progress"


async def test_a_lost_reminder_does_not_touch_the_check_in(office: Office):
    await office.open()
    [row] = await claim_outbox(office.stores)

    await office.lose(replace(row, opening=False))

    assert await office.state() == "in-progress"


async def test_an_unknown_check_in_is_never_opened_again_by_itself(office: Office):
    await office.open()
    [opened] = (await known(office.stores)).follow_ups
    unsure = replace(opened, state=FollowUpState.UNKNOWN, next_at=NOON)
    await office.decide(lambda decision: decision.follow_up(unsure))

    await office.open()

    assert (await office.state(), await office.openings()) == ("unknown", ["queued"])


async def test_an_opening_stopped_while_it_is_sent_is_not_tried_again(office: Office):
    await office.open()
    [row] = await claim_outbox(office.stores)
    await office.decide(lambda decision: commands.stop(decision, ""))

    await office.stores.outbox.postpone(row, until=NOON, code="429", free=True, uncertain=False, now=NOON)

    assert await office.openings() == ["cancelled"]


async def test_an_opening_knows_where_quiet_hours_hold_for_it(office: Office):
    await office.open()

    [row] = await claim_outbox(office.stores)

    assert row.quiet_zone == "Europe/Berlin"


async def test_a_corrected_date_puts_a_missed_check_in_back_into_the_plan(stores: Stores):
    office = Office(stores)
    await settled(stores, zone="Europe/Berlin")
    await office.treat("2026-09-01T10:00")
    await office.miss("M1")

    planned = await office.treat("2026-11-01T10:00")

    [again] = [one for one in planned if one.step == "M1"]
    assert (again.state, again.local) == (FollowUpState.SCHEDULED, "2026-12-01T10:00")
    assert again in (await known(stores)).follow_ups


async def test_a_corrected_date_leaves_a_check_in_missed_whose_window_is_over_anyway(stores: Stores):
    office = Office(stores)
    await settled(stores, zone="Europe/Berlin")
    await office.treat("2026-09-01T10:00")
    await office.miss("M1")

    await office.treat("2026-09-02T10:00")

    assert "M1" not in [one.step for one in (await known(stores)).follow_ups]


async def test_a_check_in_that_comes_back_is_opened_anew(office: Office):
    await office.open()
    [opened] = (await known(office.stores)).follow_ups
    back = replace(opened, state=FollowUpState.SCHEDULED, nudges=0, opened_at=None, next_at=NOON)
    await office.decide(lambda decision: decision.follow_up(back))

    await office.open()

    assert await office.openings() == ["queued", "queued"]


async def test_an_answered_check_in_stays_answered_when_the_date_is_corrected(stores: Stores):
    office = Office(stores)
    await settled(stores, zone="Europe/Berlin")
    await office.treat("2026-09-01T10:00")
    await office.end("M1", FollowUpState.COMPLETED)

    planned = await office.treat("2026-11-01T10:00")

    assert "M1" not in [one.step for one in planned]


async def test_check_ins_come_at_the_hour_that_suits_the_patient(stores: Stores):
    office = Office(stores)
    await settled(stores, zone="Europe/Berlin")

    planned = await office.treat("2026-11-20T10:00", "15:00")

    assert {one.local[-5:] for one in planned if one.step in {"M1", "M3", "M6"}} == {"15:00"}
    assert (await known(stores)).patient.at_time == "15:00"
