"""The trends of all patients: medians and spread, who answered, and what the page does not claim."""

import asyncio
import re
from datetime import datetime, timedelta

import pytest

from bot.console.access import Role
from bot.console.cohort import wanted_of
from bot.console.cohort_items import Kind, kind_of, symptoms_of, twins_of
from bot.console.counting import FRESH, Counting
from bot.console.spread import Spread, counts, days, rate, spread_of, spread_of_numbers, step_y, symptom
from bot.console.trend import Column
from storage.views.cohort import BASELINE, Cohort, Progress, cohort
from tests.console.house import CLINIC
from tests.console.many import add_many
from tests.console.samples import NOW, reader

NOBODY = "<td>\N{EN DASH}</td>"
COLUMNS = [Column(0, "Intake"), Column(3, "Month 3"), Column(6, "Month 6")]


@pytest.mark.parametrize(
    ("said", "spread"),
    [
        ({}, Spread(0)),
        ({"9": 7, "ns": 2}, Spread(0)),
        ({"2": 1}, Spread(1, 2)),
        ({"0": 2, "4": 2}, Spread(4, 2)),
        ({"0": 2, "3": 3}, Spread(5, 3, 0, 3)),
        ({"0": 1, "1": 1, "2": 1, "3": 1, "4": 1}, Spread(5, 2, 1, 3)),
        ({"1": 5000, "2": 5000}, Spread(10_000, 1.5, 1, 2)),
    ],
)
def test_a_spread_is_shown_from_five_answers_on(said, spread):
    assert spread_of(said) == spread


def test_numbers_have_a_median_and_a_spread_too():
    assert spread_of_numbers({"36.5": 2, "37": 1, "10": 1, "40": 1}) == Spread(5, 36.5, 36.5, 37)
    assert spread_of_numbers({"36.5": 1}) == Spread(1, 36.5)


def test_options_in_words_are_counted_where_many_answered():
    shown = counts("Falls", {"0": "None", "1": "1 time"}, [{"0": 4, "1": 2, "x": 9}, {"1": 4}, {}])

    assert shown.totals == (6, 4, 0)
    assert shown.rows == (("None", ("4", "", "")), ("1 time", ("2", "", "")))


def test_every_symptom_of_the_check_ins_is_shown_in_its_own_way():
    kinds = {link_id: kind_of(item) for link_id, item in symptoms_of(reader()).items()}

    assert {link_id for link_id, kind in kinds.items() if kind is Kind.COUNTS} == {
        *("f.falls", "f.off", "f.daily", "f.dysk", "f.swallow", "f.see", "f.memory", "f.pgic"),
        *("f.phq1", "f.phq2", "f.selfharm"),
    }
    assert kinds["f.tremor"] is Kind.SCALE


def test_a_twin_is_counted_only_where_it_may_be_answered_alike():
    twins = twins_of(reader())

    assert twins["sym.falls"] == "f.falls"
    assert "sym.memory" not in twins


def test_shares_and_days_are_dashes_where_nothing_was_opened():
    assert (rate(0, 0), days([])) == ("\N{EN DASH}", "\N{EN DASH}")
    assert (rate(2, 3), days([timedelta(days=1), timedelta(days=2, hours=12)])) == ("67 %", "1.8")


def test_a_picture_leaves_out_what_nobody_answered_and_the_spread_of_few():
    drawn = symptom("Shaking", COLUMNS, [Spread(9, 2, 1, 3), Spread(0), Spread(3, 4)])

    assert [(box.x, box.y, box.height) for box in drawn.boxes] == [(34, 50, 40), (244, step_y(4), 0)]


async def test_every_answer_is_counted_once_on_either_database(house_on_each):
    await add_many(house_on_each, 8, step_of=lambda one, column: (one + column) % 5)
    progress = Progress()

    found = await house_on_each.views.cohort(CLINIC, wanted_of(reader()), progress)

    assert found.said["f.tremor", BASELINE] == {"0": 2, "1": 2, "2": 2, "3": 1, "4": 1}
    assert sum(found.said["f.walk", "M1"].values()) == 6
    month = found.turnout["M1"]
    assert (month.opened, month.answered, month.waiting, days(month.took)) == (8, 6, 0, "2.0")
    assert (progress.done, progress.total) == (8, 8)


async def test_another_clinics_patients_are_not_counted(house):
    found = await house.views.cohort(CLINIC, wanted_of(reader()), Progress())

    assert (found.said, found.turnout, found.patients) == ({}, {}, 0)


async def statements(house) -> int:
    key, seen = await house.clinics.key(CLINIC), []

    def counted(conn):
        driver = conn.connection.driver_connection
        driver.set_trace_callback(seen.append)
        cohort(conn, house.vault, key, wanted_of(reader()), Progress())
        driver.set_trace_callback(None)

    await house.database.read(counted)
    return len(seen)


async def test_it_takes_three_statements_for_many_patients_as_for_few(house):
    await add_many(house, 2)
    few = await statements(house)
    await add_many(house, 20, first=2)

    assert (few, await statements(house)) == (3, 3)


async def test_who_asks_while_it_is_counted_is_told_how_far_and_it_runs_once():
    began, go_on, runs = NOW, asyncio.Event(), []

    async def count(progress):
        runs.append(progress)
        await go_on.wait()
        return Cohort({}, {}, len(runs))

    counting = Counting(count, lambda: began, patience=0)
    assert (await counting.look(), await counting.look()) == (None, None)
    go_on.set()
    counting._patience = 5

    assert ((await counting.look()).patients, len(runs)) == (1, 1)


async def test_a_count_is_kept_for_a_while_and_one_that_failed_is_not():
    now, results = [NOW], [OSError("away"), Cohort({}, {}, 1), Cohort({}, {}, 2)]

    async def count(progress):
        result = results.pop(0)
        if isinstance(result, OSError):
            raise result
        return result

    counting = Counting(count, lambda: now[0])
    with pytest.raises(OSError, match="away"):
        await counting.look()
    first, again = await counting.look(), await counting.look()
    now[0] = _after(NOW)

    assert (first.patients, again.patients, (await counting.look()).patients) == (1, 1, 2)


async def test_the_page_says_that_it_shows_no_effect_and_notes_who_looked(house):
    await add_many(house, 12)
    browser = await house.signed_in(Role.DOCTOR)

    page = await browser.get("/console/cohort")

    assert "There is no control group." in page.text
    assert "The response rate leaves out what is still open." in page.text
    assert ("cohort.read", "default") in await house.acts()


async def test_falls_and_the_patients_own_view_are_counted_by_option(house):
    falls, view = ("0", "1", "2to5"), ("3", "4")
    await add_many(house, 12, also=lambda one: {"f.falls": falls[one % 3], "f.pgic": view[one % 2]})
    browser = await house.signed_in(Role.DOCTOR)

    page = (await browser.get("/console/cohort")).text

    rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th>((?:<td>[^<]*</td>)+)</tr>', page))
    assert rows["2 to 5 times"] == f"{NOBODY}<td>3</td><td>3</td><td>3</td>"
    assert rows["A little better"] == f"{NOBODY}<td>6</td><td>6</td><td>6</td>"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INTERPRETER, Role.ADMINISTRATOR])
async def test_who_may_not_see_patients_may_not_see_all_of_them_together(house, role):
    house.demo = False
    browser = await house.signed_in(role)

    assert (await browser.get("/console/cohort")).status_code == 403


def _after(moment: datetime) -> datetime:
    return moment + FRESH + timedelta(seconds=1)


async def test_while_it_is_counted_the_page_says_how_far_and_looks_again(house, monkeypatch):
    async def still(counting):
        counting.progress = Progress(3, 9)

    monkeypatch.setattr(Counting, "look", still)
    browser = await house.signed_in(Role.DOCTOR)

    page = await browser.get("/console/cohort")

    assert "Counting: 3 of 9 patients." in page.text
    assert '<meta http-equiv="refresh" content="2">' in page.text
