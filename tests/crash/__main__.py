"""`python -m tests.crash --database sqlite --n 300`."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.run import Run


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--n", type=int, default=10_000)
    options.add_argument("--cohort", type=int, default=24)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yorisoi-crash-"))
    run = Run(folder, f"sqlite:///{folder}/yorisoi.db", asked.n, seed=asked.seed, say=print)
    begun = time.monotonic()
    print(folder)
    try:
        asyncio.run(run.go(asked.cohort))
    finally:
        seconds = time.monotonic() - begun
        print(f"{run.plans.total} kills in {seconds:.1f} s: {seconds / max(1, run.plans.total):.3f} s each")
        for (site, phase), count in sorted(run.plans.kills.items()):
            print(f"{count:6} {phase:10} {site}")
        print(run.figures)
        print("\n".join(run.faults[:30]))
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
