"""Erasing a patient from the console: told in counts, held back, done once, and said afterwards."""

import pytest
from sqlalchemy import select

from bot.console.access import Role
from bot.console.erase_pages import REASONS
from handlers.core.changes import Audit, OpenTask, Queue
from handlers.core.messages import Body
from handlers.core.values import ContactId, OutboxId
from storage.erasure.asked import ASKED
from storage.erasure.tombstones import Tombstones
from storage.legal_holds import LegalHolds
from storage.tables import outbox, patients
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW

ANNA = anna()
PAGE = f"/console/patients/{ANNA.id}/erase"
FORM = {"code": ANNA.code.lower(), "why": "asked"}


def waiting():
    body = Body("Good morning", language="en")
    return Queue(OutboxId("o-waits"), ContactId(f"c-{ANNA.id}"), body, "waits", NOW)


async def opened(house, *changes):
    """Return the browser of an administrator of a real clinic, with Anna in it."""
    house.demo = False
    await house.add(ANNA, *intake(), *changes)
    return await house.signed_in(Role.ADMINISTRATOR)


async def hold(house):
    holds = LegalHolds(house.database, house.vault, house.keys)
    await holds.set(CLINIC, Audit("cli", "patient.hold", ANNA.id, NOW), "A court asked for it")


async def keys_left(house):
    wanted = select(patients.c.wrapped_key).where(patients.c.id == ANNA.id)
    return await house.database.read(lambda conn: conn.scalar(wanted))


async def test_the_page_tells_counts_and_no_word_of_the_patient(house_on_each):
    house = house_on_each
    browser = await opened(house, waiting())

    page = (await browser.get(PAGE)).text

    counts = (await house.views.erasable(CLINIC, ANNA.id)).counts
    assert counts["answers"] > 3
    assert counts["planned"] > 1
    assert f"<td>{counts['answers']}</td>" in page
    assert ANNA.code in page
    assert ANNA.name not in page


async def test_the_key_goes_and_what_waited_is_cancelled(house_on_each):
    house = house_on_each
    browser = await opened(house, waiting())

    answer = await browser.post(PAGE, data=FORM)

    states = await house.database.read(lambda conn: set(conn.scalars(select(outbox.c.state))))
    stones = await Tombstones(house.present.folder).all()
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert (await keys_left(house), states) == (None, {"cancelled"})
    assert [(one.patient, one.reason) for one in stones] == [(ANNA.id, "asked")]
    assert ("patient.erase.asked", ANNA.id) in await house.acts()


@pytest.mark.parametrize(
    "form", [{}, {"code": ANNA.code}, {"code": "ANNA", "why": "asked"}, FORM | {"why": "because"}], ids=str
)
async def test_without_the_case_number_and_a_reason_nothing_goes(house, form):
    browser = await opened(house)

    answer = await browser.post(PAGE, data=form)

    assert answer.status_code == 400
    assert "Nothing was erased" in answer.text
    assert await keys_left(house)


async def test_a_legal_hold_stands_in_the_way_with_its_reason(house):
    browser = await opened(house)
    await hold(house)

    looked, tried = await browser.get(PAGE), await browser.post(PAGE, data=FORM)

    assert "A court asked for it" in looked.text
    assert 'name="why"' not in looked.text
    assert (tried.status_code, bool(await keys_left(house))) == (409, True)


async def test_looking_erases_nobody(house):
    browser = await opened(house)

    await browser.get(PAGE, params=FORM)

    assert await keys_left(house)


async def test_afterwards_the_patients_address_says_so(house):
    browser = await opened(house)
    doctor = await house.signed_in(Role.DOCTOR)
    await browser.post(PAGE, data=FORM)

    shown, again = await doctor.get(f"/console/patients/{ANNA.id}"), await browser.post(PAGE, data=FORM)

    assert (shown.status_code, again.status_code) == (410, 409)
    assert "This patient was erased" in shown.text
    assert "by A administrator" in (await browser.get(PAGE)).text


async def test_a_case_number_leads_there_and_stands_in_no_address(house):
    browser = await opened(house)

    found = await browser.post("/console/erase", data={"code": f" {ANNA.code.lower()} "})
    unknown = await browser.post("/console/erase", data={"code": "NONE-000"})

    assert found.headers["location"] == PAGE
    assert unknown.status_code == 404


async def test_who_asked_to_be_deleted_is_named(house_on_each):
    browser = await opened(house_on_each, OpenTask(ASKED, ASKED, NOW))

    assert ANNA.code in (await browser.get("/console/erase")).text


async def test_each_reason_has_a_name_in_the_record_of_acts(house):
    catalog = house.console().catalogs.get("ja")

    assert all(catalog.plain(f"console.act.patient.erase.{why}") for why in REASONS)
