"""`python -m tests.chaos --minutes 10`: databases stop, disks fill up, processes stand still."""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from tests.chaos import disk, locked, outage, restart, workers
from tests.chaos.figures import say, told

PARTS = {
    "outage": lambda folder, asked: outage.run(folder, asked.minutes * 60, seed=asked.seed),
    "workers": lambda folder, asked: workers.run(
        folder, asked.chats, asked.each, seed=asked.seed, judged=not asked.short
    ),
    "disk": lambda folder, asked: disk.run(folder, asked.fills),
    "restart": lambda folder, asked: restart.run(folder, asked.restarts, judged=not asked.short),
    "locked": lambda folder, asked: locked.run(folder, asked.locked),
}
TITLES = {
    "outage": "PostgreSQL is stopped and started under load",
    "workers": "4 workers on PostgreSQL",
    "disk": "SQLite on a disk that fills up",
    "restart": "SQLite: killed and started again",
    "locked": "SQLite: 4 tasks that write, others that read",
}
SHORT = {"chats": 16, "each": 6, "fills": 1, "restarts": 1, "locked": 5000}
"""The short form, for every change; how long things take is not judged there."""


def main():
    """Run what was asked for; exit with 1 if a figure falls short."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10, help="below 1: the short form of every part")
    options.add_argument("--chats", type=int, default=60)
    options.add_argument("--each", type=int, default=20)
    options.add_argument("--fills", type=int, default=3)
    options.add_argument("--restarts", type=int, default=3)
    options.add_argument("--locked", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", choices=PARTS, nargs="*", default=list(PARTS))
    asked = options.parse_args()
    asked.short = asked.minutes < 1
    if asked.short:
        vars(asked).update(SHORT)
    # Ended from outside, it still ends what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    found = {}
    for part in asked.only:
        folder = Path(tempfile.mkdtemp(prefix=f"yorisoi-chaos-{part}-"))
        folder.chmod(0o755)
        say(f"chaos: {TITLES[part]}")
        found[part] = asyncio.run(PARTS[part](folder, asked))
    say("chaos:")
    short = sum(_falls_short(part, figures) for part, figures in found.items())
    sys.exit(bool(short))


def _falls_short(part, figures):
    """Print the figures of one part; say whether any of them falls short."""
    say(f" {TITLES[part]}")
    return not told(figures)


if __name__ == "__main__":
    main()
