"""`python -m tests.crash --database sqlite --n 300`."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path

from tests.crash.report import figures_table, needed, printed, sites_table
from tests.crash.run import Run
from tests.databases import start_postgres


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--n", type=int, default=10_000)
    options.add_argument("--cohort", type=int, default=40)
    options.add_argument("--minutes", type=float, default=0, help="stop then, however few there were")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    sys.exit(asyncio.run(_run(asked)))


async def _run(asked):
    folder = Path(tempfile.mkdtemp(prefix="yorisoi-crash-"))
    async with _database(asked.database, folder) as url:
        run = Run(folder, url, asked.n, seed=asked.seed, say=say, minutes=asked.minutes)
        say(f"{asked.n} kills on {asked.database}, in {folder}")
        begun = time.monotonic()
        try:
            await run.go(asked.cohort)
        except RuntimeError as error:
            run.faults.append(str(error))
        seconds = time.monotonic() - begun
    least = needed(asked.n)
    rows, few = figures_table(run, least, seconds)
    for line in [*sites_table(run), "", *printed(rows)]:
        say(line)
    say(f"processor: {run.plans.cpu:.0f} s in killed lives, {time.process_time():.0f} s in the driver")
    for line in [*run.faults[:20], *(f"too few: {site}" for site in few[:40] if least)]:
        say(line)
    if run.faults or not all(holds for *_, holds in rows):
        say(f"what was left behind: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


@asynccontextmanager
async def _database(kind, folder):
    if kind == "sqlite":
        yield f"sqlite:///{folder}/yorisoi.db"
        return
    server = start_postgres()
    try:
        yield await server.create("crash")
    finally:
        server.stop()


def say(line):
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
