"""Retention at work: what is over goes, a legal hold keeps it, and the record of acts stays whole."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.core.adverse_event import EventStatus
from storage.adverse_events import Note
from storage.audit.trail import Trail
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import Tombstones
from storage.legal_holds import end_holds, hold
from storage.retention.working import Gone, Retention
from storage.tables import documents
from tests.storage.samples import CANARY, CLINIC, NOON, clinic, settled
from tests.storage.test_audit import act
from tests.storage.test_keys import tell_everything

WORDS = {"months_unfinished": "12", "months_not_treated": "6", "months_after_care": "12"}
YEAR_LATER = NOON + timedelta(days=366)


@pytest.fixture
async def retention(stores, tmp_path):
    await stores.clinics.save(replace(clinic(CLINIC), texts=WORDS))
    return Retention(Erasing(stores, Tombstones(tmp_path / "files")))


async def test_who_never_finished_is_erased_when_the_time_is_over(stores, retention):
    case = await settled(stores, name=CANARY)

    early = await retention.work_off(CLINIC, NOON + timedelta(days=300))
    late = await retention.work_off(CLINIC, YEAR_LATER)

    assert (early.patients, late.patients) == (0, 1)
    assert await stores.uow.case_at(CLINIC, case.contact.point) is None
    assert await retention.plan(CLINIC) == []


async def test_an_open_case_of_a_possible_adverse_event_keeps_a_record(stores, retention):
    patient = (await settled(stores)).patient.id
    event = await stores.events.open(CLINIC, patient, now=NOON)

    held = await retention.work_off(CLINIC, YEAR_LATER)
    note = Note(CLINIC, patient, event, "not-an-event", "a cold", "mika", NOON)
    await stores.events.close(note, EventStatus.NOT_AN_EVENT)

    assert (held.patients, (await retention.work_off(CLINIC, YEAR_LATER)).patients) == (0, 1)


async def test_a_legal_hold_keeps_a_record_until_it_is_ended(stores, retention):
    case = await settled(stores, name=CANARY)
    key = await stores.keys.get(CLINIC, case.patient.id)
    write = stores.database.write
    await write(lambda conn: hold(conn, stores.vault, key, CANARY, now=NOON, by="cli"))

    held = await retention.work_off(CLINIC, YEAR_LATER)
    with pytest.raises(ValueError, match="legal hold"):
        await retention.erasing.erase(CLINIC, case.patient.id, by="cli", reason="asked", now=NOON)
    await write(lambda conn: end_holds(conn, CLINIC, case.patient.id, now=NOON, by="cli"))

    assert (held.patients, (await retention.work_off(CLINIC, YEAR_LATER)).patients) == (0, 1)


async def test_old_lines_of_the_record_of_acts_go_and_the_rest_stays_whole(stores, retention):
    trail = Trail(stores.database, stores.vault, stores.clinics)
    for number in (0, 1, 60 * 24 * 400):
        await trail.note(CLINIC, act(number))

    gone = await retention.work_off(CLINIC, NOON + timedelta(days=3 * 365 + 1))

    [verdict] = await trail.verify()
    assert (gone, verdict.findings, verdict.lines) == (Gone(0, 0, 2, 0), (), 1)


@pytest.mark.parametrize(("set_", "days"), [({}, (29, 31)), ({"days_voice": "7"}, (6, 8))])
async def test_voice_notes_go_after_the_days_that_the_clinic_says(stores, retention, tmp_path, set_, days):
    await stores.clinics.save(replace(clinic(CLINIC), texts=WORDS | set_))
    await tell_everything(stores)
    await stores.database.write(lambda conn: conn.execute(documents.update().values(kind="voice")))

    gone = [(await retention.work_off(CLINIC, NOON + timedelta(days=day))).files for day in days]

    assert gone == [0, 1]
    assert list((tmp_path / "files").rglob("*.age")) == []
    assert await stores.database.read(lambda conn: conn.scalar(select(documents.c.blob_key))) is None
