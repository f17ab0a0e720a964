"""Interpreters: the cases that were given to them, for a while, and no word more."""

from datetime import timedelta

import pytest

from bot.console.access import Role
from tests.console.house import CLINIC
from tests.console.record import WORDS, anna, intake
from tests.console.test_pages import PAGE

CASE = "/console/assigned/p1"


@pytest.fixture
async def hana(house):
    """The browser of an interpreter of a clinic with a patient."""
    await house.add(anna(), *intake())
    return await house.signed_in(Role.INTERPRETER)


async def give(house, *, days=7, role=Role.COORDINATOR):
    """Let somebody give the only interpreter the case."""
    [member] = [one for one in await house.staff.members(CLINIC) if one.role == Role.INTERPRETER]
    browser = await house.signed_in(role)
    form = {"staff": member.id, "days": str(days)}
    return browser, member.id, await browser.post(f"{PAGE}/interpreters", data=form)


async def test_a_case_that_was_not_given_is_not_found(hana):
    assert [(await hana.get(path)).status_code for path in (CASE, PAGE)] == [404, 403]


async def test_a_case_that_was_given_shows_dates_and_messages_and_no_answers(house, hana):
    await give(house)

    page = (await hana.get(CASE)).text

    assert ("YR-2041" in page, "A doctor reads it" in page, WORDS in page, "CA-02" in page) == (
        True,
        True,
        False,
        False,
    )


async def test_the_case_is_on_the_interpreters_list(house, hana):
    await give(house)

    assert CASE in (await hana.get("/console/assigned")).text


async def test_reading_a_given_case_is_written_down(house, hana):
    await give(house)
    await hana.get(CASE)

    assert ("assigned.read", "p1") in await house.acts()


async def test_a_case_is_given_for_a_while(house, hana):
    await give(house, days=7)
    [member] = [one for one in await house.staff.members(CLINIC) if one.role == Role.INTERPRETER]
    later = house.clocks.system + timedelta(days=7, seconds=1)

    assert await house.console().assignments.of_staff(CLINIC, member.id, now_system=later) == []


async def test_a_case_can_be_taken_back(house, hana):
    coordinator, member, _ = await give(house)
    await coordinator.post(f"{PAGE}/interpreters/{member}/end")

    assert (await hana.get(CASE)).status_code == 404


async def test_a_case_is_given_to_interpreters_alone(house, hana):
    browser, _, _ = await give(house)
    [doctor] = [one for one in await house.staff.members(CLINIC) if one.role == Role.COORDINATOR]

    answer = await browser.post(f"{PAGE}/interpreters", data={"staff": doctor.id, "days": "7"})

    assert answer.status_code == 404


async def test_who_interprets_stands_on_the_patients_page(house, hana):
    browser, _, _ = await give(house)

    assert "A interpreter" in (await browser.get(PAGE)).text
