"""`python -m tests.alerts`: how soon staff hear of RED taps, at fifty of them a second.

The real processes (`web` and `worker` on PostgreSQL, `serve` on SQLite) get the taps of patients who stand
at a safety check's first question. The fake service keeps Telegram's limits: 30 messages a second in all,
one a second to the one chat of staff. What is measured ends when an alert is settled as told, which is after
the service took it. The whole form (--seconds 10) judges: 99 of 100 within 5 seconds.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from tests.alerts.run import RATE, run
from tests.chaos.figures import Figure, say, told
from tests.databases import NoPostgres, start_postgres

WHOLE = 10
MOST_SECONDS = 5
STAGES = ("tap to decision", "decision to step of the chain", "step to told")
DATABASES = ("sqlite", "postgresql")


def main():
    """Measure and judge; exit with 1 if a figure falls short."""
    options = argparse.ArgumentParser(prog="python -m tests.alerts", description=__doc__)
    options.add_argument("--seconds", type=float, default=WHOLE)
    options.add_argument("--databases", nargs="*", choices=DATABASES, default=DATABASES)
    asked = options.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    figures = []
    for name in asked.databases:
        figures += _figures(name, asyncio.run(_measured(name, asked.seconds)), asked.seconds)
    say(f"alerts: {RATE} RED taps a second for {asked.seconds:g} s, one chat of staff")
    sys.exit(not told(figures))


async def _measured(name, seconds):
    with tempfile.TemporaryDirectory(prefix="yorisoi-alerts-") as made:
        folder = Path(made)
        if name == "sqlite":
            return await run(folder, f"sqlite:///{folder}/yorisoi.db", seconds=seconds)
        server = await asyncio.to_thread(start_postgres, ours=True)
        try:
            return await run(folder, await server.create("alerts"), seconds=seconds)
        finally:
            await asyncio.to_thread(server.stop)


def _figures(name, found, seconds):
    limit = MOST_SECONDS if seconds >= WHOLE else None
    return [
        Figure(f"{name}: taps", found.taps, 1, least=True),
        Figure(f"{name}: tap to staff, half of them", found.percent(0.5), unit="s"),
        Figure(f"{name}: tap to staff, 99 of 100", found.percent(0.99), limit, unit="s"),
        Figure(f"{name}: tap to staff, all", found.percent(1), unit="s"),
        *(
            Figure(f"{name}: half of them, {stage}", seconds, unit="s")
            for stage, seconds in zip(STAGES, found.stages, strict=True)
        ),
        Figure(f"{name}: taps of which staff did not hear", found.lost, 0),
        Figure(f"{name}: alerts told twice", found.doubled, 0),
        Figure(f"{name}: messages that told them all", found.messages),
        Figure(f"{name}: refused by the service as too fast", found.refused),
    ]


if __name__ == "__main__":
    try:
        main()
    except NoPostgres as reason:
        say(f"no PostgreSQL here: {reason}")
        sys.exit(1)
