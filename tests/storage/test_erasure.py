"""Erasing: nothing of it can be read or sent any more, in a restored older copy neither."""

import shutil

import pytest
from sqlalchemy import select

from handlers.errors import NotFound
from storage.adverse_events import Note
from storage.blobs import Blobs
from storage.deliveries import DeliveryStore
from storage.engine import open_database
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import Tombstones
from storage.stores import stores_of
from storage.tables import (
    adverse_events,
    alert_notices,
    alerts,
    event_notes,
    metadata,
    outbox,
    summary_deliveries,
)
from tests.storage.samples import CANARY, CLINIC, NOON, claim_outbox, clinic, known, message, settled
from tests.storage.test_alerts import MIKA, climbing, rows
from tests.storage.test_keys import tell_everything


def erasing(stores, tmp_path):
    return Erasing(stores, Tombstones(tmp_path / "files"))


async def erase(stores, tmp_path, patient, reason="asked"):
    await erasing(stores, tmp_path).erase(CLINIC, patient, by="cli", reason=reason, now=NOON)


async def sealed_bytes(stores, patient):
    """Return every sealed value in the database that a key from before can still open."""

    def read(conn):
        found = []
        for table in metadata.sorted_tables:
            if "patient_id" in table.c or table.name == "patients":
                who = table.c.id if table.name == "patients" else table.c.patient_id
                found += [
                    value
                    for row in conn.execute(select(table).where(who == patient)).mappings()
                    for name, value in row.items()
                    if isinstance(value, bytes)
                    and not name.endswith(("index", "dedupe"))
                    and name != "conversation"
                    and value[:1] == b"\x01"
                ]
        return found

    return await stores.database.read(read)


async def test_nothing_that_a_patient_said_is_left(stores, tmp_path):
    await tell_everything(stores)
    case = await known(stores, CANARY)
    before = await sealed_bytes(stores, case.patient.id)

    await erase(stores, tmp_path, case.patient.id)

    assert before
    assert await sealed_bytes(stores, case.patient.id) == []
    assert await stores.uow.case_at(CLINIC, case.contact.point) is None
    assert list((tmp_path / "files").rglob("*.age")) == []


async def test_who_keeps_something_elsewhere_hears_where_the_patient_was_reached(stores, tmp_path):
    case = await settled(stores)
    heard = []

    async def forget(points):
        heard.extend(points)

    erasing = Erasing(stores, Tombstones(tmp_path / "files"), forget)
    await erasing.erase(CLINIC, case.patient.id, by="cli", reason="asked", now=NOON)

    assert heard == [case.contact.point]


async def test_nothing_is_sent_to_who_was_erased(stores, tmp_path):
    case = await settled(stores)
    await stores.uow.save(case, [message(case)])

    await erase(stores, tmp_path, case.patient.id)

    assert await claim_outbox(stores) == []
    assert await stores.database.read(lambda conn: set(conn.scalars(select(outbox.c.state)))) == {"cancelled"}


async def test_erasing_twice_finds_nobody(stores, tmp_path):
    case = await settled(stores)
    await erase(stores, tmp_path, case.patient.id)

    with pytest.raises(NotFound):
        await erase(stores, tmp_path, case.patient.id)


async def test_an_older_copy_is_erased_again_before_anything_else(sqlite_url, vault, tmp_path):
    stores = await opened(sqlite_url, vault, tmp_path)
    case = await settled(stores, name=CANARY)
    await stores.uow.save(case, [message(case)])
    await stores.database.close()
    file = sqlite_url.removeprefix("sqlite:///")
    shutil.copy(file, tmp_path / "older.db")
    stores = await opened(sqlite_url, vault, tmp_path)
    await erase(stores, tmp_path, case.patient.id)
    await stores.database.close()
    shutil.copy(tmp_path / "older.db", file)

    restored = await opened(sqlite_url, vault, tmp_path)
    done = await erasing(restored, tmp_path).replay(now=NOON)

    assert done == 1
    assert await sealed_bytes(restored, case.patient.id) == []
    assert await claim_outbox(restored) == []
    assert await erasing(restored, tmp_path).replay(now=NOON) == 0
    await restored.database.close()


async def opened(url, vault, tmp_path):
    stores = stores_of(open_database(url), vault, Blobs(f"file://{tmp_path}/files"))
    await stores.clinics.create(clinic(), now=NOON)
    return stores


async def test_who_is_killed_after_the_tombstone_has_erased_all_the_same(stores, tmp_path, monkeypatch):
    case = await settled(stores)
    dying = erasing(stores, tmp_path)

    async def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Erasing, "_bury", die)
    with pytest.raises(KeyboardInterrupt):
        await dying.erase(CLINIC, case.patient.id, by="cli", reason="asked", now=NOON)
    monkeypatch.undo()

    assert await erasing(stores, tmp_path).replay(now=NOON) == 1


async def test_a_line_that_somebody_added_erases_nobody(stores, tmp_path):
    case = await settled(stores)
    forged = '{"clinic":"default","patient":"%s","at":"x","by":"x","reason":"x","mac":"00"}\n'
    (tmp_path / "files/erased.jsonl").write_text("torn {" + "\n" + forged % case.patient.id)

    assert await erasing(stores, tmp_path).replay(now=NOON) == 0


async def test_alerts_and_cases_keep_their_dates_lose_their_words_and_call_nobody(stores, tmp_path):
    await climbing(stores, MIKA)
    [event] = await rows(stores, adverse_events)
    patient = event.patient_id
    await stores.events.note(Note(CLINIC, patient, event.id, "note", CANARY, "mika", NOON))
    await DeliveryStore(stores.database, stores.vault, stores.clinics).seen(CLINIC, patient, 1, now=NOON)

    await erase(stores, tmp_path, patient)

    [alert], [event] = await rows(stores, alerts), await rows(stores, adverse_events)
    [note], [notice] = await rows(stores, event_notes), await rows(stores, alert_notices)
    assert (alert.taken_on, alert.next_at, notice.state) == ("erased", None, "cancelled")
    assert (event.closed_at, event.next_at, note.kind, note.note) == (NOON, None, "note", None)
    assert (await sealed_bytes(stores, patient), await rows(stores, summary_deliveries)) == ([], [])
