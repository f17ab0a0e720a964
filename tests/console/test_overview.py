"""The clinic in numbers: what they count, what they are of, and who is behind each."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

from bot.console.access import Role
from handlers.core.case import FollowUpState, Response, ResponseStatus
from handlers.core.changes import PutAnswer, SaveFollowUp, StartResponse
from handlers.core.values import ResponseId
from storage.views.finding import Search
from storage.views.overview import Part, Send, Stop, of_part, of_send, of_step, of_stop, outcomes, overview
from tests.console.house import CLINIC
from tests.console.many import LATER, add_many
from tests.console.record import MONTHS, anna, intake
from tests.console.samples import NOW, coded, questionnaire

PATH = "/console/overview"
FORM = questionnaire("intake-a").url
AFTER = LATER["M6"] + timedelta(days=90)
STOPPED = NOW - timedelta(days=30)


async def stopped(house, patient, link_id="hx.cancer", name="intake-a"):
    """Add somebody who stopped after a question a month ago."""
    form, response = questionnaire(name), ResponseId(f"r-{patient}")
    begun = Response(response, form.url, form.version, ResponseStatus.IN_PROGRESS, STOPPED)
    earlier = replace(coded(next(iter(form.by_link_id)), "no"), at=STOPPED)
    answers = [earlier, replace(coded(link_id, "no"), at=STOPPED + timedelta(minutes=1))]
    changes = [StartResponse(begun), *(PutAnswer(response, one) for one in answers)]
    await house.add(anna(patient, f"YR-{patient}"), *changes)


async def read(house, now=AFTER):
    return await house.views.overview(CLINIC, now, MONTHS.intake)


async def number(house, whose):
    page, _ = await house.views.find(CLINIC, Search(whose=whose), offset=0, limit=5)
    return page.total


async def test_every_check_in_is_one_of_the_outcomes_and_each_number_opens_as_many(house_on_each):
    await add_many(house_on_each, 8)

    found = await read(house_on_each)

    assert {name: n for name, n in found.steps["M1"].items() if n} == {"answered": 6, "silent": 2}
    assert {name: n for name, n in found.steps["M6"].items() if n} == {"answered": 6, "waiting": 2}
    assert found.days == {"M1": 2.0, "M3": 2.0, "M6": 2.0}
    for name, n in found.steps["M1"].items():
        assert await number(house_on_each, of_step(CLINIC, "M1", name, AFTER)) == n


async def test_what_is_ahead_is_not_overdue_before_its_time(house):
    await add_many(house, 4)
    case = await house.uow.case_of(CLINIC, "q0000", full=True)
    planned = replace(case.follow_ups[0], state=FollowUpState.SCHEDULED, opened_at=None, response=None)
    await house.uow.save(case, [SaveFollowUp(planned)])

    before = (await read(house, planned.due_at - timedelta(days=1))).steps[planned.step]
    after = (await read(house, planned.due_at)).steps[planned.step]

    assert [(one["ahead"], one["held"], one["answered"]) for one in (before, after)] == [(1, 0, 2), (0, 1, 2)]


def test_an_outcome_is_there_for_every_state():
    text = " ".join(
        str(one.compile(compile_kwargs={"literal_binds": True})) for one in outcomes(NOW).values()
    )

    assert [state for state in FollowUpState if f"'{state.value}'" not in text] == []


async def test_where_people_stopped_is_the_last_question_that_they_answered(house_on_each):
    for patient in ("p1", "p2"):
        await stopped(house_on_each, patient)
    await stopped(house_on_each, "p3", "dx.resp")
    found = (await read(house_on_each, NOW)).stops

    assert found == {Stop(FORM, "hx.cancer"): 2, Stop(FORM, "dx.resp"): 1}
    assert [await number(house_on_each, of_stop(CLINIC, stop, NOW)) for stop in sorted(found)] == [1, 2]


async def test_who_answered_within_a_week_has_not_stopped(house):
    await stopped(house, "p1")

    assert (await read(house, STOPPED + timedelta(days=6))).stops == {}


async def test_intakes_and_messages_are_counted_with_their_patients(house_on_each):
    house = house_on_each
    await house.add(anna(), *intake())
    await stopped(house, "p2")
    update = "UPDATE outbox SET state = 'failed', code = 'blocked'"
    await house.database.write(lambda conn: conn.exec_driver_sql(update))

    found = await read(house)

    send = Send("web", "failed", "blocked")
    assert (found.parts, found.sends) == ({FORM: Part(2, 1, 5, 0.0)}, {send: (1, 1)})
    assert await number(house, of_send(CLINIC, send)) == 1
    assert [await number(house, of_part(CLINIC, FORM, done=done)) for done in (True, False)] == [1, 1]


async def statements(house) -> int:
    seen = []

    def counted(conn):
        driver = conn.connection.driver_connection
        driver.set_trace_callback(seen.append)
        overview(conn, CLINIC, AFTER, MONTHS.intake)
        driver.set_trace_callback(None)

    await house.database.read(counted)
    return len(seen)


async def test_it_takes_eight_statements_for_many_as_for_few(house):
    await add_many(house, 2)
    few = await statements(house)
    await add_many(house, 10, first=2)

    assert (few, await statements(house)) == (8, 8)


def words_of(page) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def test_the_page_says_what_a_rate_is_of_and_its_numbers_open_their_patients(house):
    house.clocks.business = AFTER
    await add_many(house, 8)
    browser = await house.signed_in(Role.COORDINATOR)

    page = await browser.get(PATH)
    opened = await browser.get("/console/find?behind=step~M1~silent")

    assert "75 % 8 2.0 6 0 2 0 0 0 0 0" in words_of(page)
    assert 'href="/console/find?behind=step~M1~silent"' in page.text
    assert re.findall(r"<strong>(YR-\d)</strong>", opened.text) == ["YR-3", "YR-7"]
    assert "No answer says nothing about how somebody is." in page.text


async def test_a_question_that_a_role_may_not_see_is_not_named_and_opens_nobody(house):
    await stopped(house, "p1", "inf.done", "intake-b6")
    nurse, coordinator = await house.signed_in(Role.NURSE), await house.signed_in(Role.COORDINATOR)
    link = "/console/find?behind=stop~intake-b6~inf.done"

    shown = [link.partition("?")[2] in (await one.get(PATH)).text for one in (nurse, coordinator)]

    assert shown == [True, False]
    assert [(await one.get(link)).status_code for one in (nurse, coordinator)] == [200, 404]
    assert "A question that your role does not show" in (await coordinator.get(PATH)).text


async def test_a_number_that_is_none_of_ours_is_not_found(house):
    browser = await house.signed_in(Role.DOCTOR)
    asked = [
        *("x", "~", "step~M1", "step~M1~well", "stop~intake-a~none", "stop~none~x"),
        *("part~intake-a~x", "send~web~x~", "send~pigeon~sent~"),
    ]

    answers = [await browser.get("/console/find", params={"behind": one}) for one in asked]

    assert {one.status_code for one in answers} == {404}


async def test_the_file_is_what_is_on_the_page_without_formulas_and_is_written_down(house):
    await house.add(anna(), *intake())
    update = "UPDATE outbox SET state = 'failed', code = '=1+1'"
    await house.database.write(lambda conn: conn.exec_driver_sql(update))
    browser = await house.signed_in(Role.DOCTOR)

    answer = await browser.get(PATH + ".csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert '"\'=1+1"' in answer.text
    assert ("overview.csv", "default") in await house.acts()


async def test_while_it_is_counted_the_page_looks_again_and_there_is_no_file(house, monkeypatch):
    async def still(_):
        return None

    browser = await house.signed_in(Role.DOCTOR)
    monkeypatch.setattr("bot.console.counting.Counting.look", still)

    assert 'http-equiv="refresh"' in (await browser.get(PATH)).text
    assert (await browser.get(PATH + ".csv")).status_code == 503


async def test_it_is_for_those_who_may_see_patients(house):
    house.demo = False
    browser = await house.signed_in(Role.ADMINISTRATOR)

    assert [(await browser.get(path)).status_code for path in (PATH, PATH + ".csv")] == [403, 403]
