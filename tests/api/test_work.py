"""The worklist, alerts and files by programs: what staff do, in the same places, in the program's name."""

import pytest

from bot.api.scopes import Scope
from tests.api.test_what_programs_do import NAMES, acts
from tests.console.record import anna, intake, treated
from tests.console.test_alerts import alarmed

DOCUMENT = "/patients/p1/documents/d-p1"


async def lines(program, **query):
    return (await program.get("/work", params=query)).json()["lines"]


@pytest.fixture
async def program(office):
    await office.house.add(anna(), *intake(), *treated())
    return await office.program(*(set(Scope) - {Scope.SENSITIVE_READ}))


async def test_a_line_is_taken_given_back_left_to_rest_and_woken(program, office):
    [line] = [one["line"] for one in await lines(program) if one["kind"] == "intake-ready"]
    rest = {"rest": "hour", "reason": "called"}

    for act, body in (("take", None), ("take", None), ("give-back", None), ("snooze", rest)):
        assert (await program.post(f"/work/{line}/{act}", json=body)).status_code == 204
    resting = await lines(program, see="snoozed")
    await program.post(f"/work/{line}/wake")

    assert ([one["line"] for one in resting], await lines(program, see="snoozed")) == ([line], [])
    assert {"work.read", "work.wake", "work.snooze"} <= {action for _, action in await acts(office)}


async def test_the_list_holds_no_words(program):
    answer = await program.get("/work")

    assert answer.json()["lines"]
    assert not [name for name in NAMES if name in answer.text]


@pytest.mark.parametrize("act", ["take", "snooze"])
async def test_what_is_done_already_is_a_conflict(program, act):
    answer = await program.post(f"/work/task:gone/{act}", json={"rest": "hour", "reason": "called"})

    assert (answer.status_code, answer.json()["code"]) == (409, {"take": "too-late"}.get(act, "not-snoozed"))


async def test_an_alert_is_taken_once_and_by_one(office):
    alert = await alarmed(office.house)
    mine = await office.program(Scope.ALERTS_WRITE, Scope.PATIENTS_READ)
    other = office.client(await office.token(Scope.ALERTS_WRITE, name="t2"))
    waiting = (await mine.get("/alerts")).json()

    took = [(await one.post(f"/alerts/{alert.id}/take")).status_code for one in (mine, mine, other)]

    assert ([one["id"] for one in waiting], took) == ([alert.id], [204, 204, 409])
    assert (await mine.get("/alerts")).json() == []
    assert (await mine.post("/alerts/none/take")).status_code == 404
    assert [action for _, action in await acts(office)].count("alert.take") == 2


async def test_a_file_is_judged_and_a_better_one_is_asked_for(program, office):
    judged = await program.post(f"{DOCUMENT}/judge", json={"verdict": "accepted", "dated": "2026-10"})
    [first] = (await office.house.views.record("default", "p1")).documents
    asked = await program.post(f"{DOCUMENT}/again", json={"verdict": "unreadable"})
    [then] = (await office.house.views.record("default", "p1")).documents

    assert (judged.status_code, first.verdict, first.dated) == (204, "accepted", "2026-10")
    assert (asked.status_code, then.verdict) == (204, "unreadable")
    assert [who for who, action in await acts(office) if action == "document.judge"] == ["api:t1"] * 2


async def test_another_patients_file_is_none_of_this_ones(program):
    answer = await program.post("/patients/p1/documents/d-p2/judge", json={"verdict": "accepted"})

    assert answer.status_code == 404
