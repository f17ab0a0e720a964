"""Closed days, quiet hours, and what is kept until when."""

from dataclasses import replace
from datetime import date

import pytest

from bot.console.access import Role
from bot.demo import sample_clinic
from handlers.core.case import Case, Contact, Patient
from handlers.core.closed_days import Closed, closed_days
from handlers.core.messages import Phrase
from handlers.core.values import ChannelKind, ContactId, ContactPoint, Language, PatientId
from handlers.wording import Wording
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.test_pages import words_of

PAGE = "/console/clinic/days"
DAYS = {"first": "2026-11-26", "last": "2026-11-30"}


async def test_closed_days_are_entered_and_told_where_patients_read_the_hours(house):
    await house.clinics.save(replace(sample_clinic("pack"), id=CLINIC))
    browser = await house.signed_in(Role.ADMINISTRATOR)
    await browser.post(PAGE, data=DAYS)

    clinic = await house.clinics.get(CLINIC)
    contact = Contact(ContactId("c"), ContactPoint(ChannelKind.WEB, "main", "a"), language=Language("en"))
    said = Wording(Case(clinic, Patient(PatientId("p"), "YR-1"), contact), house.world(clinic))

    assert closed_days(clinic.texts) == (Closed(date(2026, 11, 26), date(2026, 11, 30)),)
    assert "closed from" in said.phrase(Phrase("preview.unsaved", default="We answer {hours}."))


async def test_closed_days_are_taken_back(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)
    await browser.post(PAGE, data=DAYS)

    await browser.post(f"{PAGE}/remove", data=DAYS)

    assert closed_days((await house.clinics.get(CLINIC)).texts) == ()


@pytest.mark.parametrize("last", ["2026-11-25", "2027-06-01", "never"])
async def test_days_that_make_no_sense_are_refused(house, last):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    assert (await browser.post(PAGE, data={**DAYS, "last": last})).status_code == 400


async def test_the_page_tells_what_is_kept_until_when(house):
    await house.clinics.save(replace(sample_clinic("pack"), id=CLINIC))
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.ADMINISTRATOR)

    page = (await browser.get(PAGE)).text

    assert "Submitted, not treated" in page
    assert ": is erased" in page
    assert "between 20:00 and 09:00" in page


async def test_the_days_of_a_class_are_set_shown_and_written_down(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    kept = {"days_voice": "14", "days_passport": "30", "days_audit": ""}
    answer = await browser.post(f"{PAGE}/kept", data=kept, follow_redirects=True)

    assert (await house.clinics.get(CLINIC)).texts["days_voice"] == "14"
    assert [act for act in await house.acts() if "kept" in act[0]] == [("clinic.kept.voice", "14")]
    assert "14 days" in words_of(answer)


@pytest.mark.parametrize("wrong", [{"days_voice": "0"}, {"days_audit": "90"}, {"days_passport": "soon"}])
async def test_days_beyond_the_bounds_change_nothing(house, wrong):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.post(f"{PAGE}/kept", data=wrong)

    assert (answer.status_code, "whole days between" in words_of(answer)) == (400, True)
    assert not set(wrong) & set((await house.clinics.get(CLINIC)).texts)
