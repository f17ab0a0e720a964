"""Break-glass: restricted answers of one patient, for half an hour, told, noted and reviewed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.console.access import Right, Role, rights_in_emergency, rights_of
from bot.console.opened import SHOWN
from bot.console.routes import console_routes
from handlers.core.changes import Audit
from handlers.core.frozen import replace
from handlers.core.on_call import Means
from handlers.core.values import ClinicId
from handlers.errors import NotFound
from storage.openings import LASTS, REVIEW
from storage.tables import alert_notices, emergency_openings, tasks
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW
from tests.matrix.house import restricted

ANNA, SECRET = anna(), "Whisperbird"
PAGE = f"/console/patients/{ANNA.id}"
GLASS = f"{PAGE}/break-glass"
WHY = {"reason": "She is in an ambulance and they ask"}
SHOWING = (PAGE, f"{PAGE}/timeline", f"{PAGE}/talk")


async def coordinator(house):
    """Return the browser of a coordinator of a real clinic; a patient there told something restricted."""
    house.demo = False
    await house.add(ANNA, *intake(), *restricted(ANNA.id, SECRET))
    await house.add(replace(ANNA, id="p2", code="YR-2042"))
    return await house.signed_in(Role.COORDINATOR)


async def sees(browser, *pages):
    return [SECRET in (await browser.get(page)).text for page in pages or SHOWING]


async def rows(house, table):
    return await house.database.read(lambda conn: conn.execute(select(table)).all())


async def test_a_coordinator_sees_it_after_a_reason_and_for_half_an_hour(house_on_each):
    house = house_on_each
    browser = await coordinator(house)
    before = await sees(browser)

    answer = await browser.post(GLASS, data=WHY)
    during = await sees(browser)
    banner = "Opened in an emergency" in (await browser.get("/console/")).text
    house.clocks.system += LASTS + timedelta(seconds=1)

    assert (before, answer.status_code, during, banner) == ([False] * 3, 303, [True] * 3, True)
    assert await sees(browser) == [False] * 3


async def test_an_open_page_leaves_by_itself_when_the_time_is_over(house):
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)
    house.clocks.system += LASTS - timedelta(seconds=90)

    assert f'content="90; url={PAGE}"' in (await browser.get(PAGE)).text
    assert "http-equiv" not in (await browser.get("/console/")).text


async def test_the_pages_on_which_it_counts_are_pages_of_one_patient(house):
    routes = {route.path for route in console_routes(house.console()).routes}

    assert routes >= SHOWN
    assert all(path.startswith("/console/patients/{patient}") for path in SHOWN)


async def test_lists_exports_and_what_is_taken_along_stay_as_they_are(house):
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)

    along = (f"{PAGE}/summary.json", "/console/export/patients.csv", "/console/patients")

    assert await sees(browser, *along) == [False] * 3


async def test_it_is_one_patients_and_one_persons(house):
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)
    colleague = await house.signed_in(Role.COORDINATOR)

    assert await sees(colleague) == [False] * 3
    assert "I need to see this now" in (await browser.get("/console/patients/p2")).text


@pytest.mark.parametrize("reason", ["", "now", "  short    "])
async def test_without_a_reason_nothing_is_opened(house, reason):
    browser = await coordinator(house)

    answer = await browser.post(GLASS, data={"reason": reason})

    assert answer.status_code == 422
    assert await rows(house, emergency_openings) == []


async def test_it_can_be_closed_before_its_time(house):
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)

    await browser.post(f"{GLASS}/end")

    assert await sees(browser) == [False] * 3
    assert (await browser.post(f"{GLASS}/end")).status_code == 404


async def test_administrators_are_told_at_once_and_a_task_waits(house_on_each):
    house = house_on_each
    browser = await coordinator(house)
    administrator = await house.signed_in(Role.ADMINISTRATOR)

    await browser.post(GLASS, data=WHY)

    (told,) = await rows(house, alert_notices)
    assert (told.kind, told.means) == ("emergency-opening", Means.EMAIL.value)
    assert "emergency-opening" in {row.kind for row in await rows(house, tasks)}
    assert "wait for a review: 1" in (await administrator.get("/console/alerts")).text


async def test_each_opening_and_each_look_stands_in_the_record_of_acts(house):
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)

    await browser.get(PAGE)

    acts = await house.acts()
    assert {("glass.open", ANNA.id), ("glass.read", ANNA.id), ("patient.read", ANNA.id)} <= set(acts)


async def test_an_administrator_reviews_it_with_the_reason(house_on_each):
    house = house_on_each
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)
    administrator = await house.signed_in(Role.ADMINISTRATOR)
    (opening,) = await house.console().openings.listed(CLINIC)

    listed = (await administrator.get("/console/break-glass")).text
    await administrator.post(f"/console/break-glass/{opening.id}/review")

    kinds = {row.kind for row in await rows(house, tasks) if row.closed_at is None}
    assert (WHY["reason"] in listed, SECRET in listed, ANNA.code in listed) == (True, False, True)
    assert "emergency-opening" not in kinds
    assert await house.console().openings.waiting(CLINIC) == 0
    assert (await administrator.post(f"/console/break-glass/{opening.id}/review")).status_code == 404


@pytest.mark.parametrize("role", [Role.INTERPRETER, Role.AUDITOR, Role.ADMINISTRATOR])
async def test_others_cannot(house, role):
    await coordinator(house)
    browser = await house.signed_in(role)

    answers = [await browser.get(GLASS), await browser.post(GLASS, data=WHY)]

    assert [one.status_code for one in answers] == [403, 403]


@pytest.mark.parametrize("role", Role)
def test_the_matrix_says_whom_an_emergency_gives_what(role):
    rights = rights_of(role, demo=False)

    gained = rights_in_emergency(rights) - rights

    assert gained == ({Right.SEE_SENSITIVE} if role in {Role.COORDINATOR, Role.NURSE_LIMITED} else set())


async def test_nobody_reads_the_reason_of_an_erased_patient(house):
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)
    await house.erase(ANNA.id, by="s", reason="asked")

    (opening,) = await house.console().openings.listed(CLINIC)

    assert opening.reason == ""
    assert (await rows(house, emergency_openings))[0].reason is None


async def test_another_clinic_neither_sees_nor_reviews_it(house_on_each):
    house = house_on_each
    browser = await coordinator(house)
    await browser.post(GLASS, data=WHY)
    openings, other = house.console().openings, ClinicId("other")
    (opening,) = await openings.listed(CLINIC)

    with pytest.raises(NotFound):
        await openings.review(other, opening.id, Audit("s", REVIEW, opening.id, NOW))
    assert (await openings.listed(other), await openings.waiting(CLINIC)) == ([], 1)
