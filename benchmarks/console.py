"""`python -m benchmarks.console`: each page of the console with few patients and with many, on PostgreSQL.

Prints how many statements a page takes with either, and with many its 95th percentile of server time and the
median of what our own process works for it, which does not hang on how busy the machine is. Few are 100, or
half of the many where those are no more: that short form opens each page once and judges no times. The exit
code is 1 where a page takes more statements with many patients than with few, and, from 10,000 patients on,
where a page takes 200 ms. An answer with another status than 200 ends it at once.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, Final

import httpx2
from sqlalchemy import event

from benchmarks.console_clinic import Measured, measured
from benchmarks.console_pages import NOT_TIMED, visits
from bot.console.access import Role
from bot.console.find import PATH as FIND
from storage.postgres import PostgresDatabase
from tests.databases import start_postgres

FEW: Final = 100
LIMIT_MS: Final = 200
JUDGED_FROM: Final = 10_000
RUNS: Final = 20
WARM: Final = 30
OK: Final = 200
CHOSEN: Final = (f"{FIND}?stage=treatment&language=ja", f"{FIND}?flag=LIKELY_NO")
TYPED: Final = ("佐藤 花子", "nguyen", "rossi anna", "4567", "1958-04-12", "YR-10000")


class NotOpened(Exception):
    """A page answered with something else than itself."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who opens which page at which address. The table names the page: addresses hold keys of doors."""

    who: str
    page: str
    address: str


@dataclass(frozen=True, slots=True)
class Timed:
    """One page: who opened it, its statements, 95th percentile and median of our own work in milliseconds."""

    who: str
    page: str
    statements: int
    p95: float
    own: float
    """What our process itself worked: the same however busy the machine is."""
    answers: int
    """How many were timed, each with status 200."""


async def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; print the table last."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--n", type=int, default=JUDGED_FROM, help="how many patients")
    parser.add_argument("--runs", type=int, help="how often each page is opened")
    asked = parser.parse_args(arguments)
    is_short = asked.n <= FEW
    number = asked.n // 2 if is_short else FEW
    server = start_postgres()
    try:
        few = await _all_timed(server, number, number, 1)
        many = await _all_timed(server, asked.n, number, asked.runs or (1 if is_short else RUNS))
    finally:
        server.stop()
    return told(few, many, asked.n)


async def _all_timed(server: Any, number: int, few: int, runs: int) -> list[Timed]:
    async with measured(server, number, few) as clinic:
        asked = await _visits(clinic)
        # Counted first: timing fills the log of who read what, and by more where pages are opened more often.
        counted = [await _counted(clinic, visit) for visit in asked]
        return [await _timed(clinic, *one, runs) for one in zip(asked, counted, strict=True)]


async def _visits(clinic: Measured) -> list[Visit]:
    """Return every page of the route table, filled in with the same patient, and searches."""
    browser = await clinic.browser(Role.DOCTOR)
    asked = {one: await browser.post(FIND, data={"typed": one}) for one in TYPED}
    searches = {f"{FIND} {typed}": answer.headers["location"] for typed, answer in asked.items()}
    return [
        *(Visit(who, path, path.format_map(clinic.ids)) for who, path in visits()),
        *(Visit(Role.DOCTOR, typed, address) for typed, address in searches.items()),
        *(Visit(Role.DOCTOR, one, one) for one in CHOSEN),
    ]


async def _counted(clinic: Measured, visit: Visit) -> int:
    """Return how many statements a page takes that was opened before."""
    browser = await clinic.browser(visit.who)
    await opened(browser, visit.address)
    with _statements(clinic.house.database) as seen:
        await opened(browser, visit.address)
        return len(seen)


async def _timed(clinic: Measured, visit: Visit, number: int, runs: int) -> Timed:
    browser = await clinic.browser(visit.who)
    times, worked = [], []
    for _ in range(runs):
        started, began = perf_counter(), process_time()
        answer = await browser.get(visit.address)
        times.append((perf_counter() - started) * 1000)
        worked.append((process_time() - began) * 1000)
        require_ok(answer, visit.page)
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return Timed(visit.who, visit.page, number, p95, median(worked), len(times))


async def opened(browser: httpx2.AsyncClient, page: str) -> None:
    """Open a page, and again while it says that it is still counting; raise NotOpened if it is none."""
    for _ in range(WARM):
        answer = await browser.get(page)
        require_ok(answer, page)
        if "http-equiv" not in answer.text:
            break


def require_ok(answer: httpx2.Response, page: str) -> None:
    """Raise NotOpened for whatever is not the page itself: a refusal or a redirection takes no time."""
    if answer.status_code != OK:
        raise NotOpened(f"{page}: status {answer.status_code}")


@contextmanager
def _statements(database: Any) -> Any:
    assert isinstance(database, PostgresDatabase)
    engine, seen = database._engine.sync_engine, list[str]()  # noqa: SLF001 - counts what no port does

    def note(*what: Any) -> None:
        seen.append(what[2])

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def told(few: list[Timed], many: list[Timed], number: int) -> int:
    """Print the table, what is not timed and the verdict; return the exit code."""
    bad = []
    for one, other in zip(few, many, strict=True):
        more = other.statements != one.statements
        slow = other.p95 >= LIMIT_MS and number > FEW
        mark = f"{'  MORE' if more else ''}{'  SLOW' if slow else ''}"
        counts = f"{one.statements:3} → {other.statements:3} statements"
        print(f"{other.p95:8.1f} ms  (own work {other.own:6.1f})  {counts}  {other.page} ({other.who}){mark}")
        bad += [other.page] if more or (slow and number >= JUDGED_FROM) else []
    for route, reason in NOT_TIMED.items():
        print(f"   not timed: {route}: {reason}")
    print(f"{len(many)} pages, {sum(one.answers for one in many)} timed answers, each with status {OK}")
    print(f"console with {number} patients: {f'not good: {len(bad)} pages' if bad else 'all green'}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
