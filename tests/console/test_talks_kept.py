"""Who speaks in a chat, kept sealed; an answer in the same moment is the bot's or theirs, never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.core.changes import Audit, SavePatient
from handlers.core.talk import Person, Talk, Waiting
from handlers.core.values import ContactId
from handlers.errors import ConcurrentUpdate
from handlers.talks import Talks
from storage.tables import patients
from storage.talks import SilentTalks
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW

TALK = Talk(
    Person("s1", "Yuki", NOW),
    NOW + timedelta(hours=8),
    (ContactId("c-p1"),),
    (Waiting("w1", ContactId("c-p1"), "Yuki", "We have a date.", NOW),),
)


@pytest.fixture
async def house(house_on_each):
    await house_on_each.add(anna(), *intake())
    return house_on_each


async def taken(house):
    case = await house.uow.case_of(CLINIC, anna().id)
    await house.uow.save(case, [SavePatient(replace(case.patient, talk=TALK))])
    return case


async def test_a_talk_comes_back_as_it_was_and_none_of_it_lies_open(house):
    await taken(house)

    row = await house.database.read(lambda conn: conn.execute(select(patients.c.talk)).one())

    assert (await house.uow.case_of(CLINIC, anna().id)).patient.talk == TALK
    assert b"Yuki" not in row.talk
    assert b"date" not in row.talk


async def test_who_answers_while_staff_take_over_is_looked_at_again(house):
    before = await taken(house)

    with pytest.raises(ConcurrentUpdate):
        await house.uow.save(before, [SavePatient(before.patient)])


async def test_a_chat_left_alone_is_found_when_its_time_has_come_and_goes_back_once(house):
    await taken(house)
    talks = Talks(house.uow, house.world, SilentTalks(house.database))
    assert await talks.take_back(NOW + timedelta(hours=7)) == 0

    house.clocks.business = NOW + timedelta(hours=8)

    assert [await talks.take_back(house.clocks.business) for _ in range(2)] == [1, 0]
    record = await house.views.record(CLINIC, anna().id)
    assert "talk-left" in [task.kind for task in record.tasks]
    assert record.patient.talk == Talk(waiting=TALK.waiting)


async def test_a_receipt_is_no_answer_and_waits_for_nobody(house):
    before = await taken(house)

    await house.uow.save(before, [Audit("s1", "page.read", "p1", NOW)])
