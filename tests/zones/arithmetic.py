"""`yorisoi plan --csv` against PostgreSQL's own months and zones, day by day and hour by hour.

Which zone data each of them reads is printed: `whenever` takes the system's before our package's, and many a
server is built to read the system's, too. Where a local time is skipped or comes twice the two
may differ by rule: those moments stand in a table written by hand (tests/core/test_care_plan.py), and none
of them lies between nine and seven in these zones and years.
"""

import asyncio
import csv
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from bot.doctor.zones import zones_version
from tests.databases import start_postgres
from tests.zones.walk import zones

ZONES, YEARS = 40, 2
BEGIN = date(2026, 1, 1)
UNTOLD = "of a version that is not told"
HOURS = tuple(range(9, 20))
MONTHS = {"M1": 1, "M3": 3, "M6": 6}
ALWAYS = (
    "Asia/Tokyo", "America/New_York", "Europe/Berlin", "Europe/London", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Pacific/Chatham", "Africa/Casablanca", "Africa/Cairo", "America/Santiago",
    "Asia/Gaza", "America/Nuuk",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Ho_Chi_Minh", "Asia/Shanghai", "Asia/Riyadh",
)  # fmt: skip
"""Where patients come from, and where clocks are odd."""

THEIRS = """
    WITH planned AS (
        SELECT a.day || 'T' || a.at AS anchor, s.step,
               (a.day::date + s.months * interval '1 month')::date + a.at::time AS local
        FROM unnest($2::text[], $3::text[]) AS a (day, at), unnest($4::text[], $5::int[]) AS s (step, months)
    )
    SELECT anchor, step, to_char(local, 'YYYY-MM-DD"T"HH24:MI:SS'),
           to_char(local AT TIME ZONE $1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    FROM planned
"""


@dataclass(frozen=True)
class Compared:
    """How many check-ins were compared, where the two differ, and with which zone data."""

    check_ins: int
    faults: tuple[str, ...]
    ours: str
    theirs: str


def compare(*, every, jobs):
    """Compare every `every`th day of the years, in all zones, with a server of our own."""
    names = list(dict.fromkeys((*ALWAYS, *zones(None)[:: len(zones(None)) // ZONES])))[:ZONES]
    days = [BEGIN + timedelta(days=number) for number in range(0, YEARS * 365, every)]
    anchors = [(f"{day}", f"{time(hour):%H:%M}") for day in days for hour in HOURS]
    server = start_postgres(ours=True)
    try:
        with TemporaryDirectory(prefix="yorisoi-zones-") as folder, ThreadPoolExecutor(jobs) as pool:
            ours = pool.map(lambda name: _ours(Path(folder), name, anchors), names)
            return asyncio.run(_against(server, names, anchors, ours))
    finally:
        server.stop()


def _ours(folder, zone, anchors):
    """Return what the command prints for these anchors in one zone: (anchor, step) → (local, due)."""
    path = folder / f"{zone.replace('/', '-')}.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("anchor", "zone", "at"), *((day, zone, at) for day, at in anchors)])
    words = [sys.executable, "-m", "bot", "plan", "--csv", str(path), "--json"]
    printed = subprocess.run(words, check=True, capture_output=True).stdout
    wanted = [f"{day}T{at}" for day, at in anchors for _ in MONTHS]
    rows = json.loads(printed)
    return {
        (anchor, row["step"]): (row["local"], row["due_at"]) for anchor, row in zip(wanted, rows, strict=True)
    }


async def _against(server, names, anchors, ours):
    connection = await asyncpg.connect(server.url("postgres"), timeout=10)
    try:
        faults, total = [], 0
        for zone, mine in zip(names, ours, strict=True):
            columns = [list(column) for column in zip(*anchors, strict=True)]
            rows = await connection.fetch(THEIRS, zone, *columns, list(MONTHS), list(MONTHS.values()))
            total += len(mine)
            faults += _differences(zone, mine, {(row[0], row[1]): (row[2], row[3]) for row in rows})
        built = dict(await connection.fetch("SELECT name, setting FROM pg_config"))
        return Compared(total, tuple(faults), f"ours {zones_version() or UNTOLD}", zones_of_server(built))
    finally:
        await connection.close()


def zones_of_server(built):
    """Return which zone data a server reads that was built so, by what `pg_config` says of it.

    Data of its own come with its release and carry no version beside it.
    """
    system = re.search(r"--with-system-tzdata=([^\s']+)", built["CONFIGURE"])
    if system is None:
        return f"{built['VERSION']}: its own, of that release"
    version = zones_version((system[1],), ours="") or UNTOLD
    return f"{built['VERSION']}: system {version}"


def _differences(zone, ours, theirs):
    """Yield a line for each check-in that the two place differently, or that one of them lacks."""
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            yield f"{zone} {key}: ours {ours.get(key)}, PostgreSQL's {theirs.get(key)}"
