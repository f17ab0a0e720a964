"""Alerts in the console: who sees them, who takes them, who is on call, and how a case ends."""

import re
from datetime import timedelta

import pytest

from bot.console.access import Role
from handlers.core.changes import Level, OpenTask, RaiseAlert
from handlers.core.on_call import Chain, Rung
from tests.console.house import CLINIC
from tests.console.record import anna, intake
from tests.console.samples import NOW
from tests.console.test_pages import words_of

CHAIN = {"email": "Office@clinic.example", "minutes": "20", "orange_minutes": "60"}


async def alarmed(house, level=Level.RED, **fields):
    """Let a patient say something alarming."""
    await house.add(anna(**fields), *intake())
    case = await house.uow.case_of(CLINIC, "p1")
    alert = RaiseAlert("flag:a", level, NOW, opens_case=True)
    await house.uow.save(case, [alert, OpenTask(f"flag-{level.lower()}", "flag:a", NOW)])
    [found] = await house.console().alert_views.waiting(CLINIC)
    return found


async def page(browser, path):
    return words_of(await browser.get(path))


@pytest.mark.parametrize(
    ("role", "seen"),
    [(Role.NURSE, "Crisis Case YR-2041"), (Role.ADMINISTRATOR, "Red Case YR-2041"), (Role.AUDITOR, "")],
)
async def test_the_bar_shows_each_reader_what_their_role_may_see(house, role, seen):
    house.demo = False
    await alarmed(house, Level.CRISIS)

    shown = await page(await house.signed_in(role), "/console/password")

    assert (seen in shown) if seen else ("Nobody has taken this yet" not in shown)


async def test_whoever_takes_an_alert_is_kept_and_it_is_gone(house):
    alert, nurse = await alarmed(house), await house.signed_in(Role.NURSE)
    for _ in range(2):
        await nurse.post(f"/console/alerts/{alert.id}/take")

    shown = await page(nurse, "/console/alerts")

    assert "No alert is waiting" in shown
    assert "A nurse in the console" in shown
    assert [act for act, _ in await house.acts()].count("alert.take") == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTERPRETER])
async def test_who_looks_after_nobody_can_neither_see_nor_take_alerts(house, role):
    alert, other = await alarmed(house), await house.signed_in(role)

    codes = [
        (await other.get("/console/alerts")).status_code,
        (await other.get("/console/alerts/bar")).status_code,
        (await other.post(f"/console/alerts/{alert.id}/take")).status_code,
    ]

    assert codes == [403] * 3


async def test_an_open_page_that_looks_for_alerts_keeps_no_session_alive(house):
    nurse = await house.signed_in(Role.NURSE)
    seen = []
    for _ in range(3):
        house.clocks.system += timedelta(minutes=14)
        seen.append((await nurse.get("/console/alerts/bar")).status_code)

    assert seen == [204, 204, 303]


async def test_the_bar_is_sent_anew_only_where_it_has_changed(house):
    nurse = await house.signed_in(Role.NURSE)
    await alarmed(house)

    first = await nurse.get("/console/alerts/bar")
    mark = re.search(r"shown=(\w+)", first.text)[1]

    assert first.status_code == 200
    assert (await nurse.get(f"/console/alerts/bar?shown={mark}")).status_code == 204


async def test_the_chain_is_entered_by_an_administrator(house):
    office = await house.signed_in(Role.ADMINISTRATOR)
    await house.link_for(Role.NURSE)
    nurse = next(one.id for one in await house.staff.members(CLINIC) if one.role == "nurse")
    rungs = {"staff_0": "", "minutes_0": "5", "staff_1": nurse, "minutes_1": "7", "staff_2": "nobody-known"}

    await office.post("/console/on-call", data=CHAIN | rungs)

    kept = await house.console().on_call.chain(CLINIC)
    assert kept == Chain((Rung(nurse, 7),), "office@clinic.example", 20, 60)


@pytest.mark.parametrize(
    "wrong", [{"minutes": "0"}, {"orange_minutes": "x"}, {"email": "no address"}, {"minutes": "9999"}]
)
async def test_a_wrong_chain_is_refused(house, wrong):
    office = await house.signed_in(Role.ADMINISTRATOR)

    answer = await office.post("/console/on-call", data=CHAIN | wrong)

    assert answer.status_code == 400
    assert await house.console().on_call.chain(CLINIC) == Chain()


async def test_a_chat_is_linked_by_a_one_time_link(house):
    office = await house.signed_in(Role.ADMINISTRATOR)

    shown = (await office.post("/console/on-call/chat", data={"whose": "on-call"})).text

    assert re.findall(r"t\.me/clinic_bot\?(\w+)=team-", shown) == ["start", "startgroup"]


async def test_a_case_is_closed_by_a_doctor_alone_with_a_reason(house):
    alert = await alarmed(house)
    path, end = f"/console/cases/{alert.event}", {"status": "not-an-event", "text": "A bruise, seen today"}
    nurse, doctor = await house.signed_in(Role.NURSE), await house.signed_in(Role.DOCTOR)

    await nurse.post(f"{path}/notes", data={"kind": "call", "text": "Nobody answers"})
    codes = [(await one.post(f"{path}/close", data=end)).status_code for one in (nurse, doctor, doctor)]

    shown = await page(doctor, path)
    assert codes == [403, 303, 303]
    assert "Closed as not an event by A doctor" in shown
    assert "Call , A nurse: Nobody answers" in shown
    assert "A bruise, seen today" in shown


async def test_a_near_date_opens_a_task_and_stands_out(house):
    alert, console = await alarmed(house), house.console()
    house.clocks.business = NOW + timedelta(days=5, hours=1)

    reminded = [
        await console.events.remind(now=house.clocks.business, now_system=house.clocks.system) for _ in "12"
    ]

    doctor = await house.signed_in(Role.DOCTOR)
    assert reminded == [1, 0]
    assert "A date of a possible adverse event comes near" in await page(doctor, "/console/")
    assert 'class="due due-near"' in (await doctor.get(f"/console/cases/{alert.event}")).text


async def test_staff_open_a_case_of_which_they_heard_by_telephone(house):
    await house.add(anna(), *intake())
    nurse = await house.signed_in(Role.NURSE)

    answers = [await nurse.post("/console/patients/p1/cases") for _ in range(2)]

    assert len({answer.headers["location"] for answer in answers}) == 1
    assert "Open the case" in await page(nurse, "/console/patients/p1")
