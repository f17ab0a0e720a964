"""What stands beside a patient's name and in their check-ins: a trip, a pause, silence, files sent along."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console.access import Role
from handlers.core.changes import AddDocument, SavePatient
from handlers.core.travel import Trip
from handlers.core.values import AnsweredBy, ContactId, DocumentId, PatientId, ResponseId
from tests.console.house import CLINIC
from tests.console.many import add_many
from tests.console.record import anna
from tests.console.samples import NOW

JAPAN = Trip("JP", "Asia/Tokyo", "2026-11-20", "2026-12-04")
SUMMER = Trip("KR", "Asia/Seoul", "2027-07-01", "2027-07-05")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"trips": (JAPAN, SUMMER)}, "Travelling in Japan until 4 December 2026"),
        ({"trips": (JAPAN, SUMMER)}, "In South Korea from 1 July 2027 to 5 July 2027"),
        ({"paused_until": NOW + timedelta(days=3)}, "Paused until 27 Nov 2026"),
    ],
)
async def test_staff_see_where_a_patient_is_and_a_pause(house, fields, said):
    await house.add(replace(anna(), **fields))
    browser = await house.signed_in(Role.COORDINATOR)

    assert said in (await browser.get("/console/patients/p1")).text


async def test_what_is_over_is_not_shown(house):
    over = Trip("JP", "Asia/Tokyo", "2026-11-01", "2026-11-23")
    await house.add(replace(anna(), trips=(over,), paused_until=NOW))
    browser = await house.signed_in(Role.COORDINATOR)

    page = (await browser.get("/console/patients/p1")).text

    assert "Travelling in" not in page
    assert "Paused until" not in page


async def test_the_list_and_the_page_tell_of_silence(house):
    await add_many(house, 4)
    browser = await house.signed_in(Role.COORDINATOR)

    assert "No answer since 22 Feb 2027" in (await browser.get("/console/patients")).text
    assert "No answer to 3 messages since 24 Dec 2026" in (await browser.get("/console/patients/q0003")).text


async def test_a_photo_stands_with_the_check_in_in_which_it_was_sent(house):
    await add_many(house, 1)
    case = await house.uow.case_of(CLINIC, PatientId("q0000"))
    response = ResponseId("r-q0000-check-in-month-3")
    photo = AddDocument(
        *(DocumentId("d1"), ContactId("c-q0000"), "ref", "photo", "wound.jpg", "image/jpeg", 9, ""),
        *("unsorted", NOW, AnsweredBy.PATIENT, "m1"),
        response=response,
    )
    await house.uow.save(case, [SavePatient(case.patient), photo])
    browser = await house.signed_in(Role.NURSE)

    page = (await browser.get("/console/patients/q0000")).text

    check_in = page.partition(f'id="response-{response}"')[2].partition("</details>")[0]
    assert "Sent along:" in check_in
    assert "wound.jpg" in check_in
