"""Moving and cancelling dates, stopping and pausing, and the parts of the programme that a clinic runs."""

import pytest

from bot.console.access import Role
from tests.console.record import anna, intake, treated
from tests.console.test_pages import PAGE, words_of
from tests.console.test_work import DATE


async def test_a_moved_date_says_how_many_planned_messages_change(house):
    await house.add(anna(), *intake(), *treated())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/date/preview", data={**DATE, "day": "2026-12-05"})

    assert "This changes 3 planned messages" in words_of(answer)


async def test_a_late_date_asks_what_shall_happen_with_what_is_behind(house):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)
    late = {**DATE, "day": "2026-06-01"}

    shown = await browser.post(f"{PAGE}/date/preview", data=late)
    await browser.post(f"{PAGE}/date", data={**late, "late": "ask"})

    assert "2 of them should have been sent before now" in words_of(shown)
    assert "late" in words_of(await browser.get(PAGE))


async def test_a_date_is_cancelled_after_its_consequences_were_shown(house):
    await house.add(anna(), *intake(), *treated())
    browser = await house.signed_in(Role.COORDINATOR)

    shown = await browser.post(f"{PAGE}/date/cancel/preview", data={"which": "a-p1"})
    await browser.post(f"{PAGE}/date/cancel", data={"which": "a-p1"})

    assert "This changes 3 planned messages" in words_of(shown)
    assert (await house.entered())[0] == []


@pytest.mark.parametrize(
    ("path", "form", "done"),
    [
        ("stop", {"why": "died"}, "Everything is stopped"),
        ("pause", {"until": "2026-12-24"}, "Check-ins are paused"),
    ],
)
async def test_staff_stop_and_pause_a_programme(house, path, form, done):
    await house.add(anna(), *intake(), *treated())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/{path}", data=form, follow_redirects=True)

    assert done in words_of(answer)


@pytest.mark.parametrize(
    ("path", "form"), [("pause", {"until": "0001-01-01"}), ("date/preview", {**DATE, "day": "0001-01-01"})]
)
async def test_a_day_of_another_age_is_no_day(house, path, form):
    await house.add(anna())
    browser = await house.signed_in(Role.COORDINATOR)

    assert (await browser.post(f"{PAGE}/{path}", data=form)).status_code == 400


async def test_a_clinic_switches_a_part_of_the_programme_off_and_the_plan_follows(house):
    await house.add(anna(), *intake(), *treated())
    office = await house.signed_in(Role.ADMINISTRATOR)
    browser = await house.signed_in(Role.COORDINATOR)

    await office.post("/console/clinic", data={"programme_check-ins": "off"})
    answer = await browser.post(f"{PAGE}/date/preview", data={**DATE, "day": "2026-12-05"})

    assert "These fall away" in words_of(answer)
