"""Where summaries go, as an administrator sets it and staff see it."""

import re

import pytest

from bot.console.access import Role
from handlers.core.changes import OweSummary
from handlers.ports import Way
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW
from tests.console.test_pages import words_of

PAGE = "/console/delivery"


async def test_a_webhooks_secret_is_made_and_shown_once(house):
    chief = await house.signed_in(Role.ADMINISTRATOR)

    answer = await chief.post(f"{PAGE}/webhook", data={"url": "https://clinic.example/in", "on": "yes"})

    [secret] = re.findall(r"<code>([\w-]{43})</code>", answer.text)
    kept = (await house.console().deliveries.ways(CLINIC))[Way.WEBHOOK]
    assert kept == {"url": "https://clinic.example/in", "secret": secret}
    assert secret not in (await chief.get(PAGE)).text


async def test_a_secret_stays_when_only_the_address_changes(house):
    chief = await house.signed_in(Role.ADMINISTRATOR)
    for url in ("https://one.example", "https://two.example"):
        await chief.post(f"{PAGE}/fhir", data={"url": url, "token": "t" * (url[8] == "o"), "on": "yes"})

    assert (await house.console().deliveries.ways(CLINIC))[Way.FHIR]["token"] == "t"


@pytest.mark.parametrize(
    ("way", "form"),
    [
        ("email", {"to": "nobody"}),
        ("webhook", {"url": "ftp://clinic.example"}),
        ("fhir", {"url": "https://[::1"}),
    ],
)
async def test_what_is_no_address_is_refused_and_nothing_is_kept(house, way, form):
    chief = await house.signed_in(Role.ADMINISTRATOR)

    answer = await chief.post(f"{PAGE}/{way}", data={**form, "on": "yes"})

    assert answer.status_code == 400
    assert await house.console().deliveries.ways(CLINIC) == {}


async def test_only_who_may_change_settings_sees_the_page(house):
    doctor = await house.signed_in(Role.DOCTOR)

    assert (await doctor.get(PAGE)).status_code == 403


async def test_staff_see_how_far_a_summary_is_and_have_it_brought_again(house):
    await house.console().deliveries.save_way(CLINIC, Way.EMAIL, {"to": "a@b.cd"}, is_on=True, now=NOW)
    await house.add(anna(), *intake(), OweSummary(NOW))
    doctor = await house.signed_in(Role.DOCTOR)

    await doctor.post("/console/patients/p1/summary/again")

    assert "E-mail on its way" in words_of(await doctor.get("/console/patients/p1/summary"))
