"""`python -m tests.crash --database sqlite --n 300`."""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path

from tests.crash.run import Run
from tests.databases import start_postgres


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--n", type=int, default=10_000)
    options.add_argument("--cohort", type=int, default=24)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    sys.exit(asyncio.run(_run(asked)))


async def _run(asked):
    folder = Path(tempfile.mkdtemp(prefix="yorisoi-crash-"))
    async with _database(asked.database, folder) as url:
        run = Run(folder, url, asked.n, seed=asked.seed, say=say)
        begun = time.monotonic()
        try:
            await run.go(asked.cohort)
        except RuntimeError as error:
            run.faults.append(str(error))
        seconds = time.monotonic() - begun
        say(f"{run.plans.total} kills in {seconds:.1f} s: {seconds / max(1, run.plans.total):.3f} s each;"
            f" processor: {run.plans.cpu:.1f} s in the product, {time.process_time():.1f} s in the driver")
        for (site, phase), count in sorted(run.plans.kills.items()):
            say(f"{count:6} {phase:10} {site}")
        say(str(run.figures))
        say("\n".join(run.faults[:30]))
        return bool(run.faults)


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
