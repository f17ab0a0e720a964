"""`python -m benchmarks.console`: each page of the console with 100 patients and with many, on PostgreSQL.

Prints how many statements a page takes with either, and with many its 95th percentile of server time and the
median of what our own process works for it, which does not hang on how busy the machine is. The
exit code is 1 where a page takes more statements with many patients than with few, and, from 10,000 patients
on, where a page takes 200 ms.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, Final

import httpx2
from sqlalchemy import event, select

from bot.console.access import Role
from bot.console.find import PATH as FIND
from bot.console.routes import console_routes
from bot.demo import sample_clinic
from bot.seed.life import World
from bot.seed.seeding import Seeding
from storage.engine import open_database
from storage.migrations import upgrade
from storage.postgres import PostgresDatabase
from storage.tables import patients
from tests.console.house import CLINIC, House
from tests.console.samples import NOW, PROTOCOL
from tests.databases import start_postgres

FEW: Final = 100
LIMIT_MS: Final = 200
JUDGED_FROM: Final = 10_000
RUNS: Final = 20
WARM: Final = 30
LANGUAGES: Final = ("en", "ja", "zh-Hans", "vi", "ar")
TYPED: Final = ("佐藤 花子", "nguyen", "rossi anna", "4567", "1958-04-12", "YR-10000")
NOT_PAGES: Final = frozenset(
    {
        "/console/sign-in",
        "/console/enter/{token}",
        "/console/password",
        "/console/static/{path:path}",
        "/console/export/patients.csv",
        "/console/export/patients.xlsx",
        "/console/patients/{patient}/summary.pdf",
        "/console/alerts/{alert}",
    }
)
"""What is opened without being signed in, files, whole exports (streamed), what needs an open alert."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One page: its address, statements, 95th percentile and median of our own work in milliseconds."""

    page: str
    statements: int
    p95: float
    own: float
    """What our process itself worked: the same however busy the machine is."""


async def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; print the table last."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("--n", type=int, default=JUDGED_FROM, help="how many patients")
    parser.add_argument("--runs", type=int, default=RUNS, help="how often each page is opened")
    asked = parser.parse_args(arguments)
    server = start_postgres()
    try:
        few = await _measured(server, FEW, 1)
        many = await _measured(server, asked.n, asked.runs)
    finally:
        server.stop()
    return _told(few, many, asked.n)


async def _measured(server: Any, number: int, runs: int) -> list[Timed]:
    async with _house(server, number) as house:
        browser = await house.signed_in(Role.ADMINISTRATOR)
        return [await _timed(house, browser, page, runs) for page in await _pages(house, browser)]


@asynccontextmanager
async def _house(server: Any, number: int) -> AsyncIterator[House]:
    """Open a clinic with so many invented patients."""
    database = open_database(await server.create(f"console_{number}"))
    await upgrade(database)
    house = House(database)
    await house.open()
    started = perf_counter()
    world = World(sample_clinic("pack"), PROTOCOL, NOW, LANGUAGES)
    seeding = Seeding(database, house.vault, await house.clinics.key(CLINIC), world)
    counts = await seeding.run(number, 1, lambda _: None)
    await _settled(database)
    told = f"{counts.patients} patients, {counts.answers} answers: {perf_counter() - started:.0f} s"
    print(told, file=sys.stderr, flush=True)
    try:
        yield house
    finally:
        await database.close()


async def _settled(database: Any) -> None:
    """Let the planner know what is there, as autovacuum does within minutes."""
    await database.write(lambda conn: conn.exec_driver_sql("ANALYZE"))


async def _pages(house: House, browser: httpx2.AsyncClient) -> list[str]:
    """Return every page of the route table, filled in with the same patient, and searches."""
    patient = await house.database.read(_somebody)
    opened = await house.console().events.open(CLINIC, patient, now=NOW)
    known = {"patient": patient, "event": opened}
    routes = [route.path for route in console_routes(house.console()).routes if "GET" in route.methods]
    paths = {path for path in routes if path not in NOT_PAGES and "/documents/" not in path}
    asked = [await browser.post(FIND, data={"typed": one}) for one in TYPED]
    return [
        *(path.format_map(known) for path in sorted(paths)),
        *(answer.headers["location"] for answer in asked),
        f"{FIND}?stage=treatment&language=ja",
        f"{FIND}?flag=LIKELY_NO",
    ]


def _somebody(conn: Any) -> Any:
    """Return the first patient under treatment; the same one with few patients and with many."""
    wanted = select(patients.c.id).where(patients.c.stage == "treatment").order_by(patients.c.code)
    return conn.scalar(wanted.where(patients.c.code < f"YR-1{FEW:06d}").limit(1))


async def _timed(house: House, browser: httpx2.AsyncClient, page: str, runs: int) -> Timed:
    await _opened(browser, page)
    with _statements(house.database) as seen:
        await _opened(browser, page)
        number = len(seen)
    times, worked = [], []
    for _ in range(runs):
        started, began = perf_counter(), process_time()
        await browser.get(page)
        times.append((perf_counter() - started) * 1000)
        worked.append((process_time() - began) * 1000)
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return Timed(page, number, p95, median(worked))


async def _opened(browser: httpx2.AsyncClient, page: str) -> None:
    """Open a page, and again while it says that it is still counting."""
    for _ in range(WARM):
        answer = await browser.get(page)
        if "http-equiv" not in answer.text:
            break
    if answer.status_code >= httpx2.codes.BAD_REQUEST:
        raise RuntimeError(f"{page}: {answer.status_code}")


@contextmanager
def _statements(database: Any) -> Any:
    assert isinstance(database, PostgresDatabase)
    engine, seen = database._engine.sync_engine, list[str]()  # noqa: SLF001 - counts what no port does

    def note(*what: Any) -> None:
        seen.append(what[2])

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def _told(few: list[Timed], many: list[Timed], number: int) -> int:
    bad = []
    for one, other in zip(few, many, strict=True):
        more = other.statements != one.statements
        slow = other.p95 >= LIMIT_MS
        mark = f"{'  MORE' if more else ''}{'  SLOW' if slow else ''}"
        page = other.page if len(other.page) < 72 else f"{other.page[:60]}…"
        counts = f"{one.statements:3} → {other.statements:3} statements"
        print(f"{other.p95:8.1f} ms  (own work {other.own:6.1f})  {counts}  {page}{mark}")
        bad += [page] if more or (slow and number >= JUDGED_FROM) else []
    print(f"console with {number} patients: {f'not good: {len(bad)} pages' if bad else 'all green'}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
