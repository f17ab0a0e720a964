import html
import re
from dataclasses import replace

import pytest

from bot.console.access import Role
from bot.console.clinic_words import FIELDS
from bot.demo import sample_clinic
from tests.console.house import CLINIC
from tests.console.samples import PROTOCOL

_INPUT = re.compile(r'<input[^>]* name="(\w+)" value="([^"]*)"')


def filled_in(page):
    """Return the clinic's form as a browser would send it."""
    return {name: value.replace("&#39;", "'") for name, value in _INPUT.findall(page.text)}


def test_the_form_asks_for_every_word_that_a_pack_leaves_to_the_clinic():
    asked_of_clinics = set(PROTOCOL.texts)

    assert asked_of_clinics <= set(FIELDS)


async def test_the_sample_clinic_saved_as_it_is_keeps_its_treatment(house):
    await house.clinics.save(replace(sample_clinic("pack"), id=CLINIC))
    browser = await house.signed_in(Role.ADMINISTRATOR)

    await browser.post("/console/clinic", data=filled_in(await browser.get("/console/clinic")))

    clinic = await house.clinics.get(CLINIC)
    assert clinic.texts == sample_clinic("pack").texts
    assert clinic.routes == {"msc_iv"}


async def test_a_treatment_is_not_dropped_unasked(house):
    await house.clinics.save(replace(sample_clinic("pack"), id=CLINIC))
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.post("/console/clinic", data={"plan_no_msc_iv": ""})

    assert 'name="drop"' in answer.text
    assert (await house.clinics.get(CLINIC)).routes == {"msc_iv"}


async def test_a_treatment_is_dropped_on_a_clear_wish(house):
    await house.clinics.save(replace(sample_clinic("pack"), id=CLINIC))
    browser = await house.signed_in(Role.ADMINISTRATOR)

    await browser.post("/console/clinic", data={"plan_no_msc_iv": "", "drop": "yes"})

    assert (await house.clinics.get(CLINIC)).routes == frozenset()


async def test_the_clinics_page_names_what_is_still_empty(house):
    house.production = True
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.get("/console/clinic")

    assert '<a href="#months_unfinished">' in answer.text
    assert "Patients cannot be invited until they are filled." in answer.text


async def test_nobody_is_invited_while_words_of_the_privacy_notice_are_empty(house):
    house.production = True
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post("/console/invite", data={"kind": "open"})

    assert answer.status_code == 409
    assert "Legal name of the clinic" in answer.text


async def test_a_complete_clinic_invites_in_production(house):
    house.production = True
    await house.clinics.save(replace(sample_clinic("pack"), id=CLINIC))
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post("/console/invite", data={"kind": "open"})

    assert "/chat/start/open" in answer.text


async def test_months_are_numbers(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    answer = await browser.post("/console/clinic", data={"months_unfinished": "twelve"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("plan_no_msc_iv", "PA0000000", "is of a class that does not fit the treatment"),
        ("plan_class_msc_iv", "III", "The class does not fit the number"),
        ("plan_committee_msc_iv", "", "The committee is missing"),
        ("plan_disease_msc_iv", "knee pain", "The plan must name"),
    ],
)
async def test_a_plan_that_does_not_fit_hides_its_treatment_and_says_why(house, field, value, said):
    await house.clinics.save(replace(sample_clinic("pack"), id=CLINIC))
    browser = await house.signed_in(Role.ADMINISTRATOR)

    await browser.post("/console/clinic", data={field: value, "drop": "yes"})

    assert (await house.clinics.get(CLINIC)).routes == frozenset()
    shown = html.unescape((await browser.get("/console/clinic")).text)
    assert "ADM-07" in shown
    assert said in shown


async def test_the_clinic_chooses_who_may_begin(house):
    browser = await house.signed_in(Role.ADMINISTRATOR)

    for chosen in ("invited", "nobody"):
        await browser.post("/console/clinic", data={"entrance": chosen})

    assert (await house.clinics.get(CLINIC)).texts["entrance"] == "invited"
    assert 'value="invited" selected' in (await browser.get("/console/clinic")).text
