"""The proof `make upgrades`: the migrations killed at every statement, on both databases, and run again.

python -m tests.upgrade [--every 1]
"""

import argparse
import asyncio
import gzip
import sys
import tempfile
from pathlib import Path

from tests.databases import start_postgres
from tests.upgrade.kept import KEPT
from tests.upgrade.killed import killed_at

MOST = 400
"""More statements than all migrations have: the walk ends by itself."""
CLOSER = 9
"""How many times closer the walk is over what there is most to lose of: an installation that has lived."""


def walk(name, fresh, every):
    """Kill at every nth statement of a fresh database; return (kills that hit, databases left broken)."""
    hits, broken = 0, []
    for number in range(1, MOST, every):
        kill = killed_at(fresh(number), number)
        hits += kill.hit
        if not kill.mended:
            broken.append(number)
        if not kill.hit:
            break
    print(f"{name:<34}{hits:>8} kills {len(broken):>4} broken {broken or ''}", flush=True)
    return hits, broken


def walks(every):
    """Walk on every kind of database; yield what came of each."""
    with tempfile.TemporaryDirectory() as folder:
        empty = lambda number: f"sqlite:///{folder}/{number}.db"  # noqa: E731
        yield walk("SQLite, empty", empty, every)
        kept = lambda number: _kept(Path(folder), number)  # noqa: E731
        yield walk("SQLite, an earlier version's", kept, max(1, every // CLOSER))
    server = start_postgres()
    try:
        yield walk("PostgreSQL, empty", lambda number: asyncio.run(server.create(f"m{number}")), every)
    finally:
        server.stop()


def _kept(folder, number):
    file = folder / f"kept{number}.db"
    file.write_bytes(gzip.decompress((KEPT / "yorisoi.db.gz").read_bytes()))
    return f"sqlite:///{file}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    found = list(walks(parser.parse_args().every))
    falls_short = any(broken or not hits for hits, broken in found)
    print("upgrades:", "OVER" if falls_short else "ok: 0 broken of", sum(hits for hits, _ in found), "kills")
    sys.exit(falls_short)


if __name__ == "__main__":
    main()
