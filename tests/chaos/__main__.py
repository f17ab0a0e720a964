"""`python -m tests.chaos --minutes 10`: the database stops and starts under load."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos import outage
from tests.chaos.figures import say, told


def main():
    """Run what was asked for; exit with 1 if a figure falls short."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yorisoi-chaos-"))
    folder.chmod(0o755)
    say(f"chaos: the database is stopped and started for {asked.minutes:g} minutes ({folder})")
    figures = asyncio.run(outage.run(folder, asked.minutes * 60, seed=asked.seed))
    sys.exit(not told(figures))


if __name__ == "__main__":
    main()
