"""STOP, and a bot that was blocked."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.story import OPENING, TREATED, gives_consent
from tests.journeys.waiting import until

pytestmark = pytest.mark.timeout(120)

DUE = datetime(2026, 4, 30, 1, tzinfo=UTC)
"""Ten in the morning in Tokyo: the clinic's zone, where the patient's is not known yet."""


@pytest.fixture(scope="module")
async def seen(house):
    """What became of a patient who said STOP and of one who blocked the bot, at month 1 and after."""
    people = [await _treated(house) for _ in ("stopper", "blocker")]
    (stopper, stopped), (blocker, blocked) = people
    await stopper.says("STOP")
    await stopper.hears("You will get no more reminders and check-ins")
    await house.provider.block(blocker.chat)
    await house.provider.all_taken()
    await house.set_clock(DUE + timedelta(minutes=1))
    await until(lambda: _has(house, blocked, "held"), "the blocked patient's plan was held")
    export = await house.product.export()
    await house.provider.block(blocker.chat, blocked=False)
    await house.provider.all_taken()
    await house.set_clock(DUE + timedelta(minutes=5))
    await blocker.is_asked(OPENING)
    await stopper.says("menu")
    await stopper.is_asked()
    return {"stopper": stopper, "stopped": stopped, "blocker": blocker, "blocked": blocked, "export": export}


async def _treated(house):
    """Return somebody who gave consent and was treated, with their id."""
    known = set(await house.console.listed())
    person = await house.meets(house.somebody("telegram"))
    await gives_consent(person)
    [(patient, code)] = [
        (id_, code) for id_, code in (await house.console.listed()).items() if id_ not in known
    ]
    await house.console.enter_date(*TREATED, code=code)
    return person, patient


async def _has(house, patient, kind):
    page = await house.console.page_of(patient)
    return {"held": "A check-in is held"}[kind] in page.text("tasks")


def rows(seen, name, who):
    return [row for row in seen["export"][name] if row["patient"] == seen[who]]


def openings(person):
    return [message for message in person.heard if OPENING in message.text and message.button("Start")]


def test_who_says_stop_is_sent_no_check_in(seen):
    assert openings(seen["stopper"]) == []


def test_the_plan_of_who_said_stop_stands_held(seen):
    assert {row["state"] for row in rows(seen, "follow_ups", "stopped")} == {"held"}


def test_a_person_of_the_clinic_learns_that_somebody_said_stop(seen):
    assert "stopped" in [row["kind"] for row in rows(seen, "tasks", "stopped")]


def test_the_plan_of_who_blocked_the_bot_is_held_with_a_task(seen):
    states = {row["step"]: row["state"] for row in rows(seen, "follow_ups", "blocked")}

    assert states["M1"] == "held"
    assert {"held", "unreachable"} <= {row["kind"] for row in rows(seen, "tasks", "blocked")}


def test_who_unblocks_the_bot_is_offered_the_check_in_once(seen):
    assert len(openings(seen["blocker"])) == 1
