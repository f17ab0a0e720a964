"""The worklist: what stands in it and in which order, who has taken what, and what rests."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.console.access import Role
from handlers.core.changes import Level, OpenTask, RaiseAlert, RaiseFlag, SaveFollowUp
from handlers.core.worklist import Sort
from storage.views.work import Wish, WorkViews
from storage.work_marks import Resting
from tests.console.house import CLINIC
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW
from tests.console.test_pages import words_of

HOME = "/console/"


def raised(key, level=Level.RED):
    return RaiseFlag(key, key, "1", level, "any", "Look.", (), (), None, NOW)


def opened(kind, key="", hours=1):
    return OpenTask(kind, key or kind, NOW - timedelta(hours=hours))


async def listed(browser, query=""):
    return words_of(await browser.get(f"{HOME}{query}"))


async def task_of(house, kind, patient="p1"):
    tasks = (await house.views.record(CLINIC, patient)).tasks
    return next(f"task:{task.id}" for task in tasks if task.kind == kind)


async def test_the_urgent_comes_before_the_old_and_says_whose_it_is(house):
    await house.add(anna(), opened("intake-ready", hours=48), opened("flag-red"))
    browser = await house.signed_in(Role.COORDINATOR)

    text = await listed(browser)

    assert text.index("Now 1") < text.index("Red answer: call now") < text.index("Today 1")
    assert text.index("Today 1") < text.index("Intake is ready for a doctor")
    assert "YR-2041 AR 1 hour ago (24 Nov 2026, 09:00) 02:00 in Rome" in text


async def test_a_loud_flag_without_a_task_is_not_forgotten_and_with_one_named_once(house):
    await house.add(anna(), raised("x"))
    await house.add(anna("p2", "YR-3000"), raised("y"), opened("flag-red", "y"))
    browser = await house.signed_in(Role.COORDINATOR)

    text = await listed(browser)

    assert "Now 2" in text
    assert text.count("Red answer: call now") == 2


async def test_a_call_for_another_answer_hides_no_red_flag(house):
    await house.add(anna(), raised("x"), opened("flag-call-in-1-hour", "y"))
    browser = await house.signed_in(Role.COORDINATOR)

    text = await listed(browser)

    assert "Now 2" in text
    assert "An answer asks for a call within 1 hour" in text


async def test_an_alert_stands_for_its_flag_and_whoever_takes_it_has_both(house):
    await house.add(anna(), RaiseAlert("a", Level.RED, NOW), opened("flag-red", "a"))
    nurse, doctor = await house.signed_in(Role.NURSE), await house.signed_in(Role.DOCTOR)
    before = await listed(nurse)
    [alert] = await house.console().alert_views.waiting(CLINIC)

    await nurse.post(f"/console/alerts/{alert.id}/take")

    assert "Red answer: call now" not in before
    assert "An alert that nobody has taken" in before
    assert "Red answer: call now" in await listed(doctor)
    assert "A nurse has it" in await listed(doctor)


async def test_a_line_is_taken_once_and_given_back(house):
    await house.add(anna(), *intake())
    item = {"item": await task_of(house, "intake-ready"), "back": f"{HOME}?see=mine"}
    nurse, doctor = await house.signed_in(Role.NURSE), await house.signed_in(Role.DOCTOR)

    await nurse.post("/console/work/take", data=item)
    late = await doctor.post("/console/work/take", data=item)

    assert "done=work.too_late" in late.headers["location"]
    assert "You have it, since 24 Nov 2026, 10:00" in await listed(nurse, "?see=mine")
    assert "You have taken nothing" in await listed(doctor, "?see=mine")
    await doctor.post("/console/work/give-back", data=item)
    assert "You have taken nothing" in await listed(nurse, "?see=mine")
    assert {"work.take", "work.give-back"} <= {act for act, _ in await house.acts()}


async def test_what_is_snoozed_rests_with_its_reason_and_comes_back_by_itself(house):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.COORDINATOR)
    form = {"item": await task_of(house, "intake-ready"), "rest": "tomorrow", "reason": "MRI comes today"}

    await browser.post("/console/work/snooze", data=form)

    assert "Nothing needs a person" in await listed(browser)
    assert "Snoozed until 25 Nov 2026, 09:00: MRI comes today" in await listed(browser, "?see=snoozed")
    house.clocks.business = NOW + timedelta(days=1)
    assert "Was snoozed until 25 Nov 2026, 09:00: MRI comes today" in await listed(browser)


async def test_a_reason_is_kept_sealed_and_goes_with_the_patient(house):
    await house.add(anna(), *intake())
    browser = await house.signed_in(Role.COORDINATOR)
    form = {"item": await task_of(house, "intake-ready"), "rest": "hour", "reason": "MRI comes today"}
    await browser.post("/console/work/snooze", data=form)

    [row] = await house.database.read(lambda conn: conn.exec_driver_sql("SELECT * FROM work_marks").all())

    assert b"MRI" not in bytes(row.reason)
    assert row.patient_id == "p1"


@pytest.mark.parametrize(("rest", "done"), [("tomorrow", "work.not_snoozed"), ("half", "work.snoozed")])
async def test_a_red_flag_rests_for_a_short_while_only(house, rest, done):
    await house.add(anna(), opened("flag-red"))
    browser = await house.signed_in(Role.COORDINATOR)
    form = {"item": await task_of(house, "flag-red"), "rest": rest, "reason": "Calling her now"}

    answer = await browser.post("/console/work/snooze", data=form)

    assert f"done={done}" in answer.headers["location"]


@pytest.mark.parametrize(
    "form", [{"rest": "year", "reason": "Later"}, {"rest": "hour", "reason": ""}, {"item": "alert:a1"}]
)
async def test_no_snooze_is_without_a_reason_or_of_another_length(house, form):
    browser = await house.signed_in(Role.COORDINATOR)

    sent = {"item": "task:t1", "rest": "hour", "reason": "Later today"} | form
    assert (await browser.post("/console/work/snooze", data=sent)).status_code == 400


async def test_a_check_in_that_has_not_gone_out_in_time_is_work_and_one_of_today_is_seen(house):
    case = await house.add(anna(), *treated())
    first, second, *_ = case.follow_ups
    moved = [
        SaveFollowUp(replace(one, due_at=at, next_at=at))
        for one, at in ((first, NOW - timedelta(hours=2)), (second, NOW + timedelta(hours=2)))
    ]
    await house.uow.save(await house.uow.case_of(CLINIC, "p1"), moved)
    browser = await house.signed_in(Role.COORDINATOR)

    text = await listed(browser, "?sort=plan")

    assert text.index("has not gone out") < text.index("goes out by itself: 24 Nov 2026, 12:00")


async def test_a_kind_is_picked_and_every_number_is_told(house):
    await house.add(anna(), opened("message"), opened("failed"), opened("something-new"))
    browser = await house.signed_in(Role.COORDINATOR)

    text = await listed(browser, "?sort=word")

    assert "All 3 Mine 0 Snoozed 0" in text
    assert "Patients' words 1 Sending 1 Other 1" in text
    assert "A message could not be sent" not in text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTERPRETER, Role.ADMINISTRATOR])
async def test_who_does_no_such_work_sees_nothing_of_it(house, role):
    house.demo = False
    await house.add(anna(), *intake())
    browser = await house.signed_in(role)

    answers = [await browser.get(f"/console/work/{path}") for path in ("list", "events")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "YR-2041" not in (await browser.get(HOME)).text


class Counted:
    """A database that counts the statements of its reads."""

    def __init__(self, database):
        self.database, self.seen = database, []

    async def read(self, fn):
        def counted(conn):
            driver = conn.connection.driver_connection
            driver.set_trace_callback(self.seen.append)
            found = fn(conn)
            driver.set_trace_callback(None)
            return found

        return await self.database.read(counted)


WISH = Wish(NOW, NOW + timedelta(hours=9), "s1")


async def test_the_list_is_read_in_four_statements_for_many_patients_as_for_few(house):
    await house.clinics.key(CLINIC)
    numbers = []
    for count in (1, 20):
        for one in range(count):
            patient = f"q{count}-{one}"
            await house.add(anna(patient, f"YR-{patient}"), *intake(patient), raised(patient))
        counted = Counted(house.database)
        page = await WorkViews(counted, house.vault, house.clinics).page(CLINIC, WISH)
        numbers.append((len(page.items), len(counted.seen)))

    assert numbers == [(2, 4), (42, 4)]


async def test_both_databases_show_the_same_list(house_on_each):
    house = house_on_each
    await house.add(anna(), *intake(), *treated(), raised("x"), opened("asks:s.wound"))
    item = await task_of(house, "intake-ready")
    await house.console().work.marks.take(CLINIC, item, by="s1", now=NOW)
    rest = Resting(NOW + timedelta(hours=1), "Lunch", "s1")
    await house.console().work.marks.snooze(CLINIC, item, rest, now=NOW)

    pages = [await house.console().work.views.page(CLINIC, replace(WISH, **see)) for see in SEEN]

    assert [[one.kind for one in page.items] for page in pages] == [
        ["flag-red", "asks:s.wound"],
        [],
        ["intake-ready"],
        ["asks:s.wound"],
        [],
    ]


SEEN = ({}, {"mine": True}, {"snoozed": True}, {"sort": Sort.WORD}, {"sort": Sort.OTHER})
