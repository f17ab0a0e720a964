"""Records that staff joined are one person's: they go together, and what keeps one keeps all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.case import Anchor
from handlers.core.changes import DropHealthData, MergePatients, OpenTask, SetAnchor
from storage.erasure.asked import ASKED, HELD
from storage.legal_holds import hold
from storage.patient_keys import read_patient_key
from storage.views.console_views import ConsoleViews
from tests.storage.samples import CANARY, CLINIC, NOON, answer, clinic, interviewed, known, settled
from tests.storage.test_asked import BY_ITSELF, LATER, gone
from tests.storage.test_retention import YEAR_LATER, retention

__all__ = ["retention"]


@pytest.fixture
async def both(stores):
    """Return a patient's record and an older one of the same person, joined."""
    await stores.clinics.save(replace(clinic(CLINIC), texts=BY_ITSELF))
    kept = await settled(stores, name=CANARY)
    joined = await settled(stores, address="990000555", name="Another")
    await stores.uow.save(joined, [MergePatients("m-1", kept.patient.id, NOON, "ann")])
    return kept, joined


async def keys_left(stores, *cases):
    key = await stores.clinics.key(CLINIC)
    ids = [case.patient.id for case in cases]
    found = await stores.database.read(lambda conn: [read_patient_key(conn, key, one) for one in ids])
    return len([one for one in found if one])


async def kept_by_hold(stores, case):
    key = await stores.keys.get(CLINIC, case.patient.id)
    await stores.database.write(lambda conn: hold(conn, stores.vault, key, CANARY, now=NOON, by="cli"))


@pytest.mark.parametrize("which", [0, 1])
async def test_erasing_one_erases_all_of_the_person(stores, retention, both, which):
    await retention.erasing.erase(CLINIC, both[which].patient.id, by="cli", reason="asked", now=NOON)

    assert await keys_left(stores, *both) == 0


@pytest.mark.parametrize("which", [0, 1])
async def test_a_hold_on_one_keeps_the_other(stores, retention, both, which):
    await kept_by_hold(stores, both[which])

    with pytest.raises(ValueError, match="legal hold"):
        await retention.erasing.erase(CLINIC, both[1 - which].patient.id, by="cli", reason="asked", now=NOON)

    assert await keys_left(stores, *both) == 2


async def test_the_wish_of_a_person_erases_all_records_once(stores, tmp_path, both):
    for case in both:
        now = await stores.uow.case_at(CLINIC, case.contact.point)
        await stores.uow.save(now, [OpenTask(ASKED, f"{ASKED}:{case.patient.id}", NOON)])

    assert await gone(stores, tmp_path) == 1
    assert await keys_left(stores, *both) == 0


async def test_the_wish_of_a_person_on_hold_in_another_record_is_told_to_staff(stores, tmp_path, both):
    kept, joined = both
    now = await stores.uow.case_at(CLINIC, kept.contact.point)
    await stores.uow.save(now, [OpenTask(ASKED, ASKED, NOON)])
    await kept_by_hold(stores, joined)

    assert await gone(stores, tmp_path) == 0
    record = await ConsoleViews(stores.database, stores.vault, stores.clinics).record(CLINIC, kept.patient.id)
    assert HELD in {task.kind for task in record.tasks}


async def test_a_treatment_in_one_record_leaves_the_wish_in_another_to_staff(stores, tmp_path, both):
    kept, joined = both
    now = await stores.uow.case_at(CLINIC, kept.contact.point)
    await stores.uow.save(now, [OpenTask(ASKED, ASKED, NOON)])
    other = await stores.uow.case_at(CLINIC, joined.contact.point)
    anchor = Anchor("a", joined.patient.id, "infusion", "2026-03-01T10:00", "Asia/Tokyo")
    await stores.uow.save(other, [SetAnchor(anchor, NOON, "mika")])

    assert await gone(stores, tmp_path, LATER) == 0
    assert await keys_left(stores, *both) == 2


async def test_an_intake_in_a_record_of_somebody_treated_is_not_an_unfinished_one(stores, retention, both):
    kept, _ = both
    now = await stores.uow.case_at(CLINIC, kept.contact.point)
    anchor = Anchor("a", kept.patient.id, "infusion", "2026-03-01T10:00", "Asia/Tokyo")
    await stores.uow.save(now, [SetAnchor(anchor, NOON, "mika")])

    early = await retention.work_off(CLINIC, YEAR_LATER - timedelta(days=2))

    assert (early.patients, await keys_left(stores, *both)) == (0, 2)
    assert [due.patient for due in await retention.plan(CLINIC)] == [kept.patient.id]


@pytest.mark.parametrize("which", [0, 1])
async def test_a_hold_keeps_what_was_told_when_the_consent_is_taken_back(stores, which):
    case = await interviewed(stores, answer("end.more", CANARY))
    joined = await settled(stores, address="990000555", name="Another")
    await stores.uow.save(joined, [MergePatients("m-1", case.patient.id, NOON, "ann")])
    await kept_by_hold(stores, (case, joined)[which])

    await stores.uow.save(await known(stores), [DropHealthData(NOON)])

    record = await ConsoleViews(stores.database, stores.vault, stores.clinics).record(CLINIC, case.patient.id)
    [response] = (await known(stores)).responses
    assert HELD in {task.kind for task in record.tasks}
    assert len(response.answers) == 1
