"""The record of acts as auditors look through it: older pages, what is looked for, and the file of it."""

import csv
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, event

from bot.console import log_page
from bot.console.access import Role
from bot.console.log_page import _LINES
from handlers.core.changes import Audit
from tests.console.at_the_door import sign_in
from tests.console.house import CLINIC, PASSWORD
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW
from tests.console.test_account import LATER
from tests.console.test_pages import words_of
from tests.console.test_sign_in import with_password

LOG = "/console/log"


async def noted(house, *acts, actor="s9", at=NOW):
    for action, subject in acts:
        await house.note(Audit(actor, action, subject, at))


async def lines_of(auditor, query=""):
    """Return the lines of the file, as "act about record"."""
    answer = await auditor.get(f"{LOG}.csv{query}")
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    return [f"{row['act_key']} {row['record']}".strip() for row in rows if row["who"] == "s9"]


async def test_older_pages_are_read_from_the_last_line_on(house):
    await noted(house, *(("task.close", f"t{number}") for number in range(_LINES + 5)))
    auditor = await house.signed_in(Role.AUDITOR)

    first = await auditor.get(LOG)
    older = first.text.rpartition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    await noted(house, *([("flag.close", "f1")] * 3))  # what comes meanwhile moves no line to another page
    second = await auditor.get(older)

    shown = [page.text.count("Closed a task") - 1 for page in (first, second)]  # the choice is one
    assert sum(shown) == _LINES + 5
    assert 'rel="next"' not in second.text


SOUGHT = [
    ("?case=yr-2041", ["flag.close YR-2041", "patient.read YR-2041"]),
    ("?act=flag.close", ["flag.close YR-2041"]),
    ("?person=s9&day=2026-11-24", ["flag.close YR-2041", "patient.read YR-2041", "pack.use"]),
    ("?day=2026-11-25", ["patient.read YR-3000"]),
    ("?case=YR-1", []),
]


@pytest.mark.parametrize(("query", "expected"), SOUGHT)
async def test_lines_are_found_by_person_case_act_and_day_at_the_clinic(house, query, expected):
    await house.add(anna(), *intake())
    await house.add(anna("p2", "YR-3000"))
    flag = (await house.views.record(CLINIC, anna().id)).flags[0].id
    await noted(house, ("pack.use", "1"), ("patient.read", "p1"), ("flag.close", flag))
    await noted(house, ("patient.read", "p2"), at=NOW + timedelta(hours=14))  # 00:00 the day after in Tokyo
    auditor = await house.signed_in(Role.AUDITOR)

    assert await lines_of(auditor, query) == expected


async def test_the_statements_of_a_page_are_as_many_for_one_patient_as_for_many(house):
    auditor, counts = await house.signed_in(Role.AUDITOR), []
    for count in (1, 8):
        for number in range(count):
            await house.add(anna(f"p{count}-{number}", f"YR-{count}{number}"))
            await noted(house, ("patient.read", f"p{count}-{number}"))
        counts.append(await statements(auditor, LOG))

    assert counts[0] == counts[1]


async def statements(browser, path):
    """Return how many statements a page takes once it was opened."""
    await browser.get(path)
    asked = []

    def count(_conn, _cursor, statement, *_):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        await browser.get(path)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(asked)


async def test_the_file_asks_again_who_is_there_and_keeps_what_was_chosen(house):
    browser = await with_password(house, Role.AUDITOR)
    await sign_in(browser)
    house.clocks.system += LATER

    asked = await browser.get(f"{LOG}.csv?person=s9&day=2026-11-24")
    back = parse_qs(urlsplit(asked.headers["location"]).query)["back"][0]
    proven = await browser.post("/console/confirm", data={"secret": PASSWORD, "back": back})

    assert proven.headers["location"] == f"{LOG}.csv?person=s9&day=2026-11-24"
    assert (await browser.get(back)).headers["content-disposition"].startswith("attachment;")


async def test_the_file_is_a_line_itself_and_holds_no_formula(house):
    await noted(house, ("=cmd()", "@sum"))
    auditor = await house.signed_in(Role.AUDITOR)

    text = (await auditor.get(f"{LOG}.csv")).text

    assert '"\'=cmd()"' in text
    assert '"\'@sum"' in text
    assert ("log.csv", "default") in await house.acts()


async def test_a_file_of_many_lines_has_each_of_them_once(house, monkeypatch):
    monkeypatch.setattr(log_page, "_CHUNK", 2)
    await noted(house, *(("task.close", f"t{number}") for number in range(5)))
    auditor = await house.signed_in(Role.AUDITOR)

    assert await lines_of(auditor, "?person=s9") == ["task.close"] * 5


async def test_a_check_in_that_staff_sent_is_found_under_its_case(house):
    await house.add(anna(), *intake(), *treated())
    doctor, auditor = await house.signed_in(Role.DOCTOR), await house.signed_in(Role.AUDITOR)
    [step, *_] = (await house.views.record(CLINIC, anna().id)).follow_ups

    await doctor.post(f"/console/patients/p1/steps/{step.id}/skip", data={"why": "not-needed"})

    assert words_of(await auditor.get(f"{LOG}?act=step.skip")).count("YR-2041") == 1
