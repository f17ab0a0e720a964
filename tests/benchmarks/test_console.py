"""What `make console` opens, and what it takes for an answer. Its times are measured there alone."""

import pytest

from benchmarks.console import NotOpened, Timed, opened, told
from benchmarks.console_clinic import require_all
from benchmarks.console_pages import NOT_TIMED, listed_twice, unlisted, visits
from bot.console.access import Role
from bot.console.routes import console_routes
from bot.seed.seeding import Counts
from tests.console.conftest import house

__all__ = ["house"]


def timed(statements, p95=10.0, answers=1):
    return Timed(Role.DOCTOR, "/console/find", statements, p95, 5.0, answers)


def test_every_get_route_of_the_console_is_timed_or_listed_with_its_reason(house):
    routes = [route.path for route in console_routes(house.console()).routes if "GET" in route.methods]

    assert unlisted(routes) == ([], [])
    assert listed_twice() == []
    assert all(NOT_TIMED.values())


def test_a_route_that_nobody_has_listed_is_named(house):
    assert unlisted(["/console/new-page"])[0] == ["/console/new-page"]


def test_nothing_is_opened_that_is_not_timed():
    assert {path for _, path in visits()} & set(NOT_TIMED) == set()


@pytest.mark.parametrize("page", ["/console/patients/nobody", "/console/", "/console/nowhere"])
async def test_a_refusal_or_a_way_elsewhere_is_no_page(house, page):
    auditor = await house.signed_in(Role.AUDITOR)

    with pytest.raises(NotOpened, match="status"):
        await opened(auditor, page)


async def test_a_page_is_one(house):
    await opened(await house.signed_in(Role.AUDITOR), "/console/log")


def test_more_statements_with_more_patients_are_not_good(capsys):
    assert told([timed(3)], [timed(4)], 100) == 1
    assert "MORE" in capsys.readouterr().out


@pytest.mark.parametrize(("number", "verdict"), [(100, 0), (1000, 0), (10_000, 1)])
def test_times_are_judged_in_the_whole_form_alone(number, verdict):
    assert told([timed(3)], [timed(3, p95=200.0)], number) == verdict


def test_the_table_says_how_many_answers_were_timed(capsys):
    told([timed(3)] * 2, [timed(3, answers=20)] * 2, 1000)

    assert "2 pages, 40 timed answers, each with status 200" in capsys.readouterr().out


@pytest.mark.parametrize("there", [(100, 4999), (99, 5000)])
def test_what_is_told_of_the_patients_is_what_the_database_holds(there):
    require_all(Counts(100, 5000), 100, (100, 5000))

    with pytest.raises(RuntimeError, match="are there, not"):
        require_all(Counts(100, 5000), 100, there)


def test_patients_with_few_answers_are_no_measure():
    with pytest.raises(RuntimeError, match="too few"):
        require_all(Counts(100, 3999), 100, (100, 3999))
