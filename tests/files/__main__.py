"""The proof `make files`: hostile and odd files, each looked into and found to be what it is.

python -m tests.files [--n 5000]      --n: how many mutated files beside the corpus
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.checker.pool import Checker
from handlers.core.inspection import Finding
from tests.files.making import made
from tests.files.weight import resident_mb, weigh

MOST_GROWTH_MB = 20
LEAST_FILES = 200
LARGE_MB = 500
FULL = 5000
MOST_WEIGHT_MB = 50


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        identity, files = made(Path(folder), options.n)
        sys.exit(asyncio.run(look(identity, files, options.n)))


async def look(identity, files, mutations):
    """Look into every file; return 1 when something falls short."""
    checker = Checker()
    await checker.inspect(Path(files[0][0]), identity)
    before, most, started = resident_mb(), 0.0, time.monotonic()
    wrong, lost, broken, found = [], [], [], Counter()
    for number, (path, name, expected) in enumerate(files):
        try:
            told = await checker.inspect(Path(path), identity, ("Hanako Tanaka",))
        except Exception as error:  # noqa: BLE001 - it would have ended the worker
            broken.append(f"{name} {number}: {error!r}")
            continue
        most = max(most, resident_mb() - before)
        found[f"{told.finding.value} {told.detail if told.finding is Finding.TOO_HEAVY else ''}".strip()] += 1
        if expected and told.finding != expected:
            wrong.append(f"{name}: {told.finding.value} ({told.detail}), written down: {expected}")
        if told.finding is Finding.UNCHECKED or (told.detail == "died" and expected != Finding.TOO_HEAVY):
            lost.append(f"{name} {number}: {told.finding.value} {told.detail}")
        if number % 500 == 499:
            print(f"  {number + 1} of {len(files)} files …", flush=True)
    looked = time.monotonic()
    weights = await weigh(checker, LARGE_MB if mutations >= FULL else LARGE_MB // 5)
    checker.close()
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(found.items())))
    seconds = looked - started
    return told_all(len(files), mutations, (wrong, lost, broken), (most, *weights), seconds)


def told_all(files, mutations, findings, memory, seconds):
    """Print the figures; return 1 when one falls short."""
    (wrong, lost, broken), (most, kept, read) = findings, memory
    for line in [*broken, *wrong, *lost][:40]:
        print(f"  {line}")
    named = files - mutations
    figures = (
        ("files of the corpus", named, f"at least {LEAST_FILES}", named < LEAST_FILES),
        ("mutated files", mutations, "", False),
        ("errors that would end the worker", len(broken), "limit 0", bool(broken)),
        ("children that died unforeseen", len(lost), "each an answer all the same", False),
        ("found to be something else", len(wrong), "limit 0", bool(wrong)),
        (
            "growth of the worker's memory, MB",
            round(most, 1),
            f"limit {MOST_GROWTH_MB}",
            most > MOST_GROWTH_MB,
        ),
        (
            "… while a large file is kept, MB",
            round(kept, 1),
            f"limit {MOST_WEIGHT_MB}",
            kept > MOST_WEIGHT_MB,
        ),
        ("… while it is read again, MB", round(read, 1), f"limit {MOST_WEIGHT_MB}", read > MOST_WEIGHT_MB),
        ("milliseconds a file", round(1000 * seconds / files, 1), "", False),
    )
    for name, value, limit, is_short in figures:
        print(f"{name:<36}{value:>10}   {limit:<28}{'OVER' if is_short else 'ok'}")
    return int(any(is_short for *_, is_short in figures))


if __name__ == "__main__":
    main()
