"""Who asked to be deleted from the chat goes by itself only where the clinic wants it so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.case import Anchor
from handlers.core.changes import CloseTask, OpenTask, SetAnchor
from storage.erasure.asked import ASKED, HELD, Asked
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import Tombstones
from storage.legal_holds import hold
from storage.views.console_views import ConsoleViews
from tests.storage.samples import CANARY, CLINIC, NOON, clinic, settled

BY_ITSELF = {"erasing": "by-itself"}
LATER = NOON + timedelta(days=2)


async def asking(stores, *more, texts=BY_ITSELF):
    """Let a patient ask to be deleted, and whatever else happens to them."""
    await stores.clinics.save(replace(clinic(CLINIC), texts=texts))
    case = await settled(stores, name=CANARY)
    await stores.uow.save(case, [OpenTask(ASKED, ASKED, NOON), *more])
    return case


async def gone(stores, tmp_path, at=LATER):
    return await Asked(Erasing(stores, Tombstones(tmp_path / "files"))).work_off(CLINIC, at)


async def test_who_asked_is_erased_a_day_later(stores, tmp_path):
    case = await asking(stores)

    assert [await gone(stores, tmp_path, NOON), await gone(stores, tmp_path)] == [0, 1]
    assert await stores.uow.case_at(CLINIC, case.contact.point) is None


@pytest.mark.parametrize("texts", [{}, {"erasing": "by-a-person"}])
async def test_a_person_decides_unless_the_clinic_says_otherwise(stores, tmp_path, texts):
    await asking(stores, texts=texts)

    assert await gone(stores, tmp_path) == 0


async def test_a_wish_that_was_taken_back_erases_nobody(stores, tmp_path):
    await asking(stores, CloseTask(ASKED, NOON, "patient"))

    assert await gone(stores, tmp_path) == 0


async def test_who_was_treated_is_left_to_a_person(stores, tmp_path):
    case = await stores.uow.case_at(CLINIC, (await asking(stores)).contact.point)
    anchor = Anchor("a", case.patient.id, "infusion", "2026-03-01T10:00", "Asia/Tokyo")
    await stores.uow.save(case, [SetAnchor(anchor, NOON, "mika")])

    assert await gone(stores, tmp_path) == 0


async def test_a_legal_hold_keeps_them_and_staff_are_told(stores, tmp_path):
    case = await asking(stores)
    key = await stores.keys.get(CLINIC, case.patient.id)
    await stores.database.write(lambda conn: hold(conn, stores.vault, key, CANARY, now=NOON, by="cli"))

    assert await gone(stores, tmp_path) == 0
    record = await ConsoleViews(stores.database, stores.vault, stores.clinics).record(CLINIC, key.patient)
    assert HELD in {task.kind for task in record.tasks}
