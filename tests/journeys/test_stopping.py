"""STOP on every channel; a bot that was blocked, and somebody who has left WhatsApp.

On our page there is nothing to block: a page that nobody opens becomes a person's task (test_check_ins).
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.story import OPENING, TREATED, gives_consent
from tests.journeys.waiting import until

pytestmark = pytest.mark.timeout(120)

DUE = datetime(2026, 4, 30, 1, tzinfo=UTC)
"""Ten in the morning in Tokyo: the clinic's zone, where the patient's is not known yet."""
STOPPERS = {f"stopper-{channel}": channel for channel in ("web", "telegram", "whatsapp")}
BLOCKERS = {f"blocker-{channel}": channel for channel in ("telegram", "whatsapp")}
STOPPED = "You will get no more reminders and check-ins"


class Seen:
    """What became of patients who said STOP and of those who blocked us, at month 1 and after."""

    def __init__(self):
        self.people = {}
        self.patients = {}
        self.export = None

    def rows(self, name, who):
        return [row for row in self.export[name] if row["patient"] == self.patients[who]]

    def state_of_month_1(self, who):
        return next(row["state"] for row in self.rows("follow_ups", who) if row["step"] == "M1")

    def openings(self, who):
        heard = self.people[who].heard
        return [message for message in heard if OPENING in message.text and message.button("Start")]


@pytest.fixture(scope="module")
async def seen(house):
    seen = Seen()
    for who, channel in (STOPPERS | BLOCKERS).items():
        await _meets(house, seen, who, channel)
    await asyncio.gather(*(gives_consent(person) for person in seen.people.values()))
    for code in (await _codes(house, seen)).values():
        await house.console.enter_date(*TREATED, code=code)
    for who in STOPPERS:
        await seen.people[who].says("STOP")
        await seen.people[who].hears(STOPPED)
    await _block(house, seen, blocked=True)
    await house.set_clock(DUE + timedelta(minutes=1))
    await until(lambda: _shows(house, seen, "blocker-telegram", "A check-in is held"), "the plan was held")
    await until(
        lambda: _shows(house, seen, "blocker-whatsapp", "Cannot be reached any more"), "staff were told"
    )
    # The first reminder falls due, too: whoever can't be reached is held by then.
    await house.set_clock(DUE + timedelta(days=1, minutes=2))
    await until(lambda: _shows(house, seen, "blocker-whatsapp", "A check-in is held"), "the plan was held")
    seen.export = await house.product.export()
    await _block(house, seen, blocked=False)
    await seen.people["blocker-whatsapp"].says("I am back")
    await house.provider.all_taken()
    await house.set_clock(DUE + timedelta(days=1, minutes=8))
    for who in BLOCKERS:
        await seen.people[who].is_asked(OPENING)
    for who in STOPPERS:
        await seen.people[who].says("menu")
        await seen.people[who].is_asked()
    return seen


async def _meets(house, seen, who, channel):
    known = set(await house.console.listed())
    seen.people[who] = await house.meets(house.somebody(channel))
    [seen.patients[who]] = set(await house.console.listed()) - known


async def _codes(house, seen):
    listed = await house.console.listed()
    return {who: listed[patient] for who, patient in seen.patients.items()}


async def _block(house, seen, *, blocked):
    await house.provider.block(seen.people["blocker-telegram"].chat, blocked=blocked)
    await house.provider.whatsapp("leave", who=seen.people["blocker-whatsapp"].who, gone=blocked)
    await house.provider.all_taken()


async def _shows(house, seen, who, words):
    return words in (await house.console.page_of(seen.patients[who])).text("tasks")


@pytest.mark.parametrize("who", STOPPERS)
def test_who_says_stop_is_sent_no_check_in(seen, who):
    assert seen.openings(who) == []


@pytest.mark.parametrize("who", STOPPERS)
def test_the_plan_of_who_said_stop_stands_held(seen, who):
    assert {row["state"] for row in seen.rows("follow_ups", who)} == {"held"}


@pytest.mark.parametrize("who", STOPPERS)
def test_a_person_of_the_clinic_learns_that_somebody_said_stop(seen, who):
    assert "stopped" in [row["kind"] for row in seen.rows("tasks", who)]


@pytest.mark.parametrize("who", BLOCKERS)
def test_the_plan_of_who_cannot_be_reached_is_held_with_a_task(seen, who):
    assert seen.state_of_month_1(who) == "held"
    assert {"held", "unreachable"} <= {row["kind"] for row in seen.rows("tasks", who)}


@pytest.mark.parametrize("who", BLOCKERS)
def test_who_can_be_reached_again_is_offered_the_check_in_once(seen, who):
    assert len(seen.openings(who)) == 1
