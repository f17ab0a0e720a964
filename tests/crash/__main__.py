"""`python -m tests.crash --n 10000`: kills on SQLite and on PostgreSQL, side by side, then the figures.

From 10,000 on, N is for each database; a shorter run is shared out between them. Each database is
shared out again between towns, each with a world and a database of its own, so that no core waits.
PostgreSQL is never killed itself, and runs without fsync while the product is killed. What a trace of
system calls (trace.py) proves besides: on SQLite, that an fsync of the database had ended before each
acknowledgement; on PostgreSQL, that the server's reply to our COMMIT had come before it, and that the
server, this time with fsync, had its log on the disk before each such reply.

Hours need not be found in one piece: with `--keep FOLDER` what each town told stays there, and a run of
the same code counts what is there already and goes on with the next seeds (kept.py).
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.bound import bound
from tests.crash.kept import Kept, TownPlan
from tests.crash.report import WHOLE, aim, figures, figures_table, needed, printed, sites_table
from tests.crash.run import Run
from tests.crash.server import database

COHORTS = ((2_000, 40), (300, 16), (0, 6))
"""From how many kills of a town on, how many patients at once: a short run comes to its check-ins too."""

TOWN = 2_500
"""A town takes so many kills at most: a database grows, and what is asked of it with it."""

KINDS = ("sqlite", "postgresql")
EACH_KILL = 0.14
"""Seconds of a processor for a kill with all that belongs to it, for the first estimate."""


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("both", *KINDS), default="both")
    options.add_argument("--n", type=int, default=10_000)
    options.add_argument("--towns", type=int, default=0, help="how many at once on each database")
    options.add_argument("--cohort", type=int, default=0, help="how many patients at once")
    options.add_argument("--minutes", type=float, default=0, help="stop then, however few there were")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="die at this site (or failpoint:…) alone")
    options.add_argument("--nth", type=int, default=1, help="at its nth moment in a life")
    options.add_argument("--keep", type=Path, help="a folder for what towns tell; it is counted and added to")
    options.add_argument("--figures", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    sys.exit(asyncio.run(_ended_in_peace(_town(asked) if asked.figures else _all(asked))))


async def _ended_in_peace(work):
    """Return what this work returns; a first SIGTERM (or Ctrl-C) ends it, with all that it started."""
    loop, working = asyncio.get_running_loop(), asyncio.ensure_future(work)

    def end():
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)
        working.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        return await working
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM


async def _all(asked):
    """Run every town in a process of its own; return 1 if one of them falls short."""
    kinds = KINDS if asked.database == "both" else (asked.database,)
    each = asked.n if asked.n >= WHOLE else -(-asked.n // len(kinds))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="yorisoi-crash-figures-") as folder:
        kept = Kept(asked.keep or Path(folder))
        towns = _towns(asked, kept, kinds, each)
        await _beside(asked, kept, towns)
        told = {kind: kept.told(kind) for kind in kinds}
        new = sum(part["total"] for town in towns for part in [kept.read(town)] if part)
    wrong = [line for kind, parts in told.items() for line in _tell(kind, each, parts)]
    if new:
        rate, whole = (time.monotonic() - begun) / new, 2 * WHOLE / 60
        say(f"{new} kills, {rate:.3f} s each; 2 x {WHOLE}: {whole * rate:.0f} minutes")
    for line in wrong:
        say(f"FAILED: {line}")
    return 1 if wrong else 0


def _towns(asked, kept, kinds, each):
    """Return the towns that have still to live: what is missing of each kind is shared out between them."""
    towns = []
    for kind in kinds:
        missing = max(0, each - kept.total(kind))
        number = asked.towns or (1 if missing < TOWN else 2)
        first = max(asked.seed, kept.next_seed(kind))
        seeds = range(first, first + number) if missing else ()
        towns += [TownPlan(kind, seed, -(-missing // number)) for seed in seeds]
    kills = sum(town.kills for town in towns)
    minutes = kills * EACH_KILL / 60 / (os.cpu_count() or 1)
    say(f"{each} kills on {asked.database}, {kills} of them now in {len(towns)} towns:"
        f" some {minutes + 1:.0f} minutes alone")  # fmt: skip
    return towns


async def _beside(asked, kept, towns):
    """Run all towns, each waiting for nobody; end those that run if this process is ended."""
    running = []
    try:
        for town in towns:
            words = ["--database", town.kind, "--n", town.kills, "--cohort", asked.cohort]
            words += ["--minutes", asked.minutes, "--seed", town.seed, "--nth", asked.nth]
            words += ["--figures", kept.begin(town)]
            words += ["--only", asked.only] if asked.only else []
            running.append(await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crash", *map(str, words), stdout=asyncio.subprocess.PIPE,
                preexec_fn=bound(signal.SIGTERM),
            ))  # fmt: skip
        named = zip(towns, running, strict=True)
        await asyncio.gather(*(_repeat(f"{town.kind} {town.seed}", process) for town, process in named))
    finally:
        for town, process in zip(towns, running, strict=False):
            if process.returncode is None:
                process.terminate()
                await process.wait()
                kept.forget(town)


async def _repeat(name, process):
    async for line in process.stdout:
        say(f"{name:13} {line.decode().rstrip()}")
    await process.wait()


def _tell(kind, each, parts):
    """Print what the towns of one database say together; return a line for everything that does not hold."""
    say(f"\n== {kind} ==")
    if None in parts or not parts:
        return [f"{kind}: a town of it broke down: see above"]
    least = needed(each)
    rows, few = figures_table(kind, parts, each, least)
    for line in [*sites_table(kind, parts), "", *printed(rows), *(f"too few: {site}" for site in few)]:
        say(line)
    wrong = [f"{name}: {value}, not {limit}" for name, value, limit, holds in rows if not holds]
    faults = [fault for part in parts for fault in part["faults"][:20]]
    return [f"{kind}: {line}" for line in (*wrong, *faults)]


async def _town(asked):
    """Run one town; write its figures, and say where everything lies if something was broken."""
    folder = Path(tempfile.mkdtemp(prefix=f"yorisoi-crash-{os.getpid()}-"))
    try:
        is_whole = await _live_in(asked, folder)
    except asyncio.CancelledError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if is_whole:
        shutil.rmtree(folder)
    return 0 if is_whole else 1


async def _live_in(asked, folder):
    """Run the town in this folder of its own; return whether nothing was broken."""
    begun = time.monotonic()
    async with database(asked.database, folder) as found:
        limits = {"seed": asked.seed, "minutes": asked.minutes}
        run = Run(folder, found, asked.n, aim(asked.n), say=say, **limits)
        if asked.only:
            run.plans.only(asked.only, asked.nth)
        try:
            await run.go(asked.cohort or next(size for least, size in COHORTS if asked.n > least))
        except Exception as error:
            say(f"the harness itself broke down: {error!r}")
            _say_how_again(asked, run, folder)
            raise
    asked.figures.write_text(json.dumps(figures(run, time.monotonic() - begun)), encoding="utf-8")
    if run.faults:
        _say_how_again(asked, run, folder)
    return not run.faults


def _say_how_again(asked, run, folder):
    for fault in run.faults[:20]:
        say(fault)
    say(f"what was left behind: {folder}; the last kills there, the newest last:")
    for site, phase, command in run.plans.last:
        say(f"  {site} ({phase}) in {command}: python -m tests.crash --database {asked.database} --n 20"
            f" --seed {asked.seed} --only {site}")  # fmt: skip


def say(line):
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
