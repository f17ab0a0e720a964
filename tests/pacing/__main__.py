"""`python -m tests.pacing`: how close to the services' limits the real sender gets without passing them.

The whole form (--seconds 60 --runs 3) judges the rate: the median of the runs must reach 98 % of the
limit. A short form, for machines that do other things at the same time, sends at 80 % of the pace and
judges what must hold on any machine: no 429, no message twice or out of order, nobody kept waiting.
"""

import argparse
import asyncio
import gc
import sys
import tempfile
from pathlib import Path
from statistics import median

from handlers.core.values import ChannelKind
from tests.databases import NoPostgres, PostgresServer, migrated, start_postgres
from tests.pacing.run import LIMITS, Found, run

DATABASES = ("sqlite", "postgresql")
WHOLE = 60
SHARE = 0.98
SHORT_PACE = 0.8
PATIENCE = 2.0
PATIENCE_SHORT = 10.0


def main() -> int:
    """Run and judge; return the exit code."""
    asked = _asked()
    is_whole = asked.seconds >= WHOLE
    print(__doc__.partition("\n")[0] if is_whole else "pacing, short form", file=sys.stderr)
    rows = []
    for database, kind in _pairs(asked, is_whole=is_whole):
        runs = asked.runs if is_whole else 1
        found = [_run(database, kind, asked, is_whole=is_whole) for _ in range(runs)]
        rows += _rows(f"{kind.value} on {database}", LIMITS[kind], found, is_whole=is_whole)
    width = max(len(row[0]) for row in rows)
    for name, value, limit, holds in rows:
        print(f"{name:<{width}}  {value:>9}  {limit:>11}  {'ok' if holds else 'OVER'}")
    return 0 if all(row[3] for row in rows) else 1


def _pairs(asked: argparse.Namespace, *, is_whole: bool) -> list[tuple[str, ChannelKind]]:
    """Return what is measured: each channel on each database, in the short form each of them once."""
    databases, kinds = DATABASES, tuple(LIMITS)
    if not (is_whole or asked.databases or asked.channel):
        return list(zip(databases, reversed(kinds), strict=True))
    databases = tuple(asked.databases.split(",")) if asked.databases else databases
    return [(name, kind) for name in databases for kind in kinds if asked.channel in {None, kind.value}]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.pacing", description=__doc__)
    parser.add_argument("--seconds", type=float, default=WHOLE, help="how long each run sends at full load")
    parser.add_argument("--runs", type=int, default=3, help="runs of the whole form")
    parser.add_argument("--databases", default="", help="sqlite,postgresql: all")
    parser.add_argument("--channel", choices=[kind.value for kind in LIMITS])
    return parser.parse_args()


def _run(database: str, kind: ChannelKind, asked: argparse.Namespace, *, is_whole: bool) -> Found:
    found = asyncio.run(_with_database(database, kind, asked.seconds, 1.0 if is_whole else SHORT_PACE))
    gc.collect()
    print(
        f"{kind.value} on {database}: {found.rate:.2f}/s, {found.refused} refused,"
        f" others waited {found.longest:.2f} s at most",
        file=sys.stderr,
        flush=True,
    )
    return found


async def _with_database(database: str, kind: ChannelKind, seconds: float, pace: float) -> Found:
    with tempfile.TemporaryDirectory(prefix="yorisoi-pacing-") as name:
        folder = Path(name)
        if database == "sqlite":
            url = f"sqlite:///{folder / 'yorisoi.db'}"
            await migrated(url)
            return await run(url, folder, kind, seconds=seconds, pace=pace)
        server: PostgresServer = await asyncio.to_thread(start_postgres)
        try:
            url = await server.create("yorisoi_pacing")
            await migrated(url)
            return await run(url, folder, kind, seconds=seconds, pace=pace)
        finally:
            await asyncio.to_thread(server.stop)


def _rows(name: str, limit: int, found: list[Found], *, is_whole: bool) -> list[tuple[str, str, str, bool]]:
    rate, least = median(one.rate for one in found), SHARE * limit
    longest = median(one.longest for one in found)
    patience = PATIENCE if is_whole else PATIENCE_SHORT
    counted = {
        "answers of 429": sum(one.refused for one in found),
        "out of order": sum(one.disordered for one in found),
        "sent twice": sum(one.doubled for one in found),
        "seconds without others": sum(one.crowded for one in found),
    }
    least_shown = f">= {least:.2f}" if is_whole else "-"
    return [
        (f"{name}: messages a second", f"{rate:.2f}", least_shown, rate >= least if is_whole else rate > 0),
        (f"{name}: milliseconds of work each", f"{median(one.cost for one in found):.1f}", "-", True),
        *((f"{name}: {what}", str(number), "0", number == 0) for what, number in counted.items()),
        (
            f"{name}: longest wait beside a flood",
            f"{longest:.2f} s",
            f"<= {patience:g} s",
            longest <= patience,
        ),
    ]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NoPostgres as reason:
        print(f"no PostgreSQL here: {reason}", file=sys.stderr)
        sys.exit(1)
