"""`python -m tests.crash --n 10000`: kills on SQLite and on PostgreSQL, side by side, then the figures.

From 10,000 on, N is for each database; a shorter run is shared out between them.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path

from tests.crash.report import WHOLE, figures_table, needed, printed, sites_table
from tests.crash.run import Run
from tests.databases import start_postgres

COHORT, SMALL = 40, 16
KINDS = ("sqlite", "postgresql")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("both", *KINDS), default="both")
    options.add_argument("--n", type=int, default=10_000)
    options.add_argument("--cohort", type=int, default=0, help="how many patients at once")
    options.add_argument("--minutes", type=float, default=0, help="stop then, however few there were")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    sys.exit(asyncio.run(_both(asked) if asked.database == "both" else _run(asked)))


async def _both(asked):
    """Run each database in a process of its own; return 1 if one of them falls short."""
    each = asked.n if asked.n >= WHOLE else -(-asked.n // len(KINDS))
    codes = await asyncio.gather(*(_beside(kind, each, asked) for kind in KINDS))
    return max(codes)


async def _beside(kind, kills, asked):
    """Run one database; say its progress as it comes and the rest when it is done, so that nothing mixes."""
    words = ("--database", kind, "--n", kills, "--cohort", asked.cohort, "--minutes", asked.minutes)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash", *map(str, words), "--seed", str(asked.seed),
        stdout=asyncio.subprocess.PIPE, limit=2**20,
    )  # fmt: skip
    kept = []
    async for line in process.stdout:
        text = line.decode().rstrip()
        if "kills, " in text:
            say(f"{kind:11} {text}")
        else:
            kept.append(text)
    say("\n".join(["", f"== {kind} ==", *kept]))
    return await process.wait()


async def _run(asked):
    folder = Path(tempfile.mkdtemp(prefix="yorisoi-crash-"))
    async with _database(asked.database, folder) as url:
        run = Run(folder, url, asked.n, seed=asked.seed, say=say, minutes=asked.minutes)
        say(f"{asked.n} kills on {asked.database}, in {folder}")
        begun = time.monotonic()
        await run.go(asked.cohort or (COHORT if asked.n >= WHOLE else SMALL))
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
