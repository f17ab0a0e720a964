"""A remembered case is what reading it would show."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.chat import STEPS, Person
from benchmarks.clinic import ACCOUNT, Line, line_of, opened
from handlers.core.case import Case, Reach, Stage
from handlers.core.changes import OpenTask, SavePatient, SetReach
from handlers.core.values import ContactPoint
from storage.remembered import RememberedCases, case_after

CHAT = 5_000_000_001
POINT = ContactPoint(ACCOUNT.channel, ACCOUNT.name, str(CHAT))


@pytest.fixture
async def line(tmp_path: Path):
    async with opened(tmp_path / "remembered.db") as base:
        yield line_of(base)


async def hear(line: Line, person: Person, raw: bytes) -> None:
    await line.receive(raw)
    await line.handle(1)
    person.heard += [body for _, body in await line.collect()]


async def met(line: Line) -> Person:
    person = Person(CHAT)
    await hear(line, person, person.start())
    return person


async def case_now(line: Line) -> Case:
    case = await line.stores.uow.case_at(ACCOUNT.clinic, POINT)
    assert case is not None
    return case


async def read_anew(line: Line) -> Case:
    """Read the case through another process's eyes, which remembers nothing."""
    case = await line_of(line.base, line.stores.database).stores.uow.case_at(ACCOUNT.clinic, POINT)
    assert case is not None
    return case


async def test_at_every_step_of_an_intake_the_remembered_case_is_the_one_in_the_database(line: Line):
    person, differing = await met(line), []

    for step in STEPS:
        await hear(line, person, Person.do(person, step))
        if await case_now(line) != await read_anew(line):
            differing.append(step)

    assert differing == []


async def test_in_the_middle_of_the_intake_a_case_is_remembered(line: Line):
    person = await met(line)
    for step in STEPS[:10]:
        await hear(line, person, Person.do(person, step))

    again = await case_now(line)

    assert again.responses == (await case_now(line)).responses
    assert again.responses[0] is (await case_now(line)).responses[0]


async def test_a_change_by_another_process_is_seen_at_once(line: Line):
    person = await met(line)
    for step in STEPS[:10]:
        await hear(line, person, Person.do(person, step))
    other = await read_anew(line)
    elsewhere = line_of(line.base, line.stores.database).stores.uow
    await elsewhere.save(other, [SavePatient(replace(other.patient, zone="Asia/Kolkata"))])

    now = await case_now(line)

    assert now.patient.zone == "Asia/Kolkata"


async def test_a_change_whose_outcome_only_reading_can_tell_is_forgotten(line: Line):
    await met(line)
    case = await case_now(line)

    after = case_after(case, [SetReach(case.contact.id, Reach.BLOCKED, line.base.clock.now())])

    assert after is None


async def test_what_stands_beside_a_case_leaves_it_as_it_is_but_for_the_version(line: Line):
    await met(line)
    case = await case_now(line)

    after = case_after(case, [OpenTask("look", "look:1", line.base.clock.now())])

    assert after == replace(case, patient=replace(case.patient, version=case.patient.version + 1))


async def test_no_more_conversations_are_remembered_than_there_is_room_for(line: Line, monkeypatch):
    monkeypatch.setattr("storage.remembered.CONVERSATIONS", 1)
    await met(line)
    first = await case_now(line)
    second = replace(first, patient=replace(first.patient, id="somebody-else", stage=Stage.INTAKE))
    remembered = RememberedCases()
    remembered.keep(first)

    remembered.keep(second)

    assert remembered.find(first.clinic.id, first.patient.id, first.patient.version) is None
