"""`python -m tests.ack`: how soon a signed WhatsApp delivery is acknowledged, while a backup runs.

The real processes (`web` and `worker` on PostgreSQL, `serve` on SQLite) get 200 deliveries a second from
another process, while a third copies the database over and over. The whole form (--seconds 60 --runs 3)
judges the median of the runs: p99 below 100 ms. A short form, for machines that do other things at the
same time, prints the times and judges what must hold on any machine: everything acknowledged is there.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.ack.run import HISTORY, RATE, run
from tests.chaos.figures import Figure, say, told
from tests.databases import NoPostgres, start_postgres

WHOLE = 60
MOST_MS = 100
DATABASES = ("sqlite", "postgresql")
SETTINGS = "-c max_connections=200"
"""As a server is installed: every commit is on the disk before it is acknowledged."""


def main():
    """Measure and judge; exit with 1 if a figure falls short."""
    options = argparse.ArgumentParser(prog="python -m tests.ack", description=__doc__)
    options.add_argument("--seconds", type=float, default=WHOLE)
    options.add_argument("--runs", type=int, default=3, help="runs of the whole form")
    options.add_argument("--databases", nargs="*", choices=DATABASES, default=DATABASES)
    asked = options.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    is_whole = asked.seconds >= WHOLE
    figures = []
    for name in asked.databases:
        found = [_run(name, asked.seconds, is_whole=is_whole) for _ in range(asked.runs if is_whole else 1)]
        figures += _figures(name, found, is_whole=is_whole)
    say(f"ack: {RATE} deliveries a second for {asked.seconds:g} s, while a backup runs")
    sys.exit(not told(figures))


def _run(name, seconds, *, is_whole):
    found = asyncio.run(_measured(name, seconds, HISTORY if is_whole else HISTORY // 10))
    say(
        f"    {name}: p50 {found.percent(0.5):.1f} ms, p99 {found.percent(0.99):.1f} ms,"
        f" longest {found.took[-1]:.0f} ms; {found.copies} backups, {found.lines} connections"
    )
    return found


async def _measured(name, seconds, history):
    with tempfile.TemporaryDirectory(prefix="yorisoi-ack-") as made:
        folder = Path(made)
        if name == "sqlite":
            return await run(folder, f"sqlite:///{folder}/yorisoi.db", seconds=seconds, history=history)
        server = await asyncio.to_thread(start_postgres, SETTINGS, ours=True)
        try:
            return await run(folder, await server.create("ack"), seconds=seconds, history=history)
        finally:
            await asyncio.to_thread(server.stop)


def _figures(name, found, *, is_whole):
    def middle(share):
        return median(one.percent(share) for one in found)

    return [
        Figure(f"{name}: acknowledged within, half of them", middle(0.5), unit="ms"),
        Figure(
            f"{name}: acknowledged within, 99 of 100", middle(0.99), MOST_MS if is_whole else None, unit="ms"
        ),
        Figure(f"{name}: acknowledged within, all", middle(1), unit="ms"),
        Figure(f"{name}: acknowledged", sum(one.acked for one in found), 1, least=True),
        Figure(f"{name}: acknowledged, but not in the inbox", sum(one.lost for one in found), 0),
        Figure(f"{name}: not acknowledged", sum(one.refused for one in found), 0),
        Figure(f"{name}: backups made meanwhile", sum(one.copies for one in found), 1, least=True),
    ]


if __name__ == "__main__":
    try:
        main()
    except NoPostgres as reason:
        say(f"no PostgreSQL here: {reason}")
        sys.exit(1)
