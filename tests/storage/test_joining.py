"""A code that is opened in a chat where somebody only said hello, through the whole way of a message."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from benchmarks.chat import STEPS, Person
from benchmarks.clinic import ACCOUNT, Line, line_of, opened
from handlers.core.case import Case
from handlers.core.changes import AddInvitation
from handlers.core.values import ContactPoint
from storage.tables import audit, inbox, merges

CODE = "A" * 43
PATIENT, HELLO = 5_000_000_003, 5_000_000_004


@pytest.fixture
async def line(tmp_path: Path):
    async with opened(tmp_path / "joining.db") as base:
        yield line_of(base)


async def does(line: Line, person: Person, raw: bytes) -> list[str]:
    await line.receive(raw)
    await line.handle(1)
    told = [body for _, body in await line.collect()]
    person.heard += told
    return [body.text for body in told]


async def case_at(line: Line, chat: int) -> Case:
    found = await line.stores.uow.case_at(
        ACCOUNT.clinic, ContactPoint(ACCOUNT.channel, ACCOUNT.name, str(chat))
    )
    assert found is not None
    return found


@pytest.fixture
async def two(line: Line) -> tuple[Person, Person]:
    """Return a patient in the middle of the intake, with a code for elsewhere, and who has said hello."""
    patient, hello = Person(PATIENT), Person(HELLO)
    await does(line, patient, patient.start())
    for step in STEPS[:9]:
        await does(line, patient, patient.do(step))
    case, now = await case_at(line, PATIENT), line.base.now_system()
    code = AddInvitation(CODE, now, now + timedelta(days=7), by="patient", contact=case.contact.id)
    await line.stores.uow.save(case, [code])
    await does(line, hello, hello.do("=hello"))
    return patient, hello


async def test_it_joins_the_patients_form_and_the_empty_one_makes_way(line: Line, two: tuple[Person, Person]):
    before = (await case_at(line, HELLO)).patient.id
    said = await does(line, two[1], two[1].do(f"=/start {CODE}"))

    into = (await case_at(line, PATIENT)).patient.id
    assert (await case_at(line, HELLO)).patient.id == into
    assert any("belongs to your file too" in text for text in said)
    merged = await line.stores.database.read(lambda conn: conn.execute(select(merges)).one())
    assert (merged.kept_id, merged.merged_id) == (into, before)


async def test_a_spent_code_is_no_key_and_every_row_is_settled(line: Line, two: tuple[Person, Person]):
    for _ in range(2):
        await does(line, two[1], two[1].do(f"=/start {CODE}"))

    states = await line.stores.database.read(lambda conn: set(conn.scalars(select(inbox.c.state))))
    lines = await line.stores.database.read(lambda conn: list(conn.scalars(select(audit.c.action))))
    assert states == {"done"}
    assert lines.count("patient.merge") == 1
