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
from tests.files.in_bucket import weigh_in_bucket
from tests.files.making import made
from tests.files.weight import begin_peak, peak_mb, weigh

MOST_GROWTH_MB = 20
LEAST_FILES = 200
LARGE_MB = 500
FULL = 5000
MOST_WEIGHT_MB = 50
STEPS = ("kept", "read", "previewed")


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
    before, started = begin_peak(), time.monotonic()
    wrong, lost, broken, found = [], [], [], Counter()
    for number, (path, name, expected) in enumerate(files):
        try:
            told = await checker.inspect(Path(path), identity, ("Hanako Tanaka",))
        except Exception as error:  # noqa: BLE001 - it would have ended the worker
            broken.append(f"{name} {number}: {error!r}")
            continue
        found[f"{told.finding.value} {told.detail if told.finding is Finding.TOO_HEAVY else ''}".strip()] += 1
        if told.finding.value not in expected:
            wrong.append(f"{name} {number}: {told.finding.value} ({told.detail}), written down: {expected}")
        if told.finding is Finding.UNCHECKED or (told.detail == "died" and expected != [Finding.TOO_HEAVY]):
            lost.append(f"{name} {number}: {told.finding.value} {told.detail}")
        if number % 500 == 499:
            print(f"  {number + 1} of {len(files)} files …", flush=True)
    seconds, most = time.monotonic() - started, peak_mb() - before
    megabytes = LARGE_MB if mutations >= FULL else LARGE_MB // 5
    folder, bucket = await weigh(checker, megabytes), await weigh_in_bucket(megabytes)
    checker.close()
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(found.items())))
    for line in [*broken, *wrong, *lost][:40]:
        print(f"  {line}")
    exact = sum(len(expected) == 1 for *_, expected in files)
    counts = (len(files) - mutations, mutations, exact, len(broken), len(lost), len(wrong))
    return told_all(counts, (most, folder, bucket), (seconds, len(files), megabytes))


def told_all(counts, memory, pace):
    """Print the figures; return 1 when one falls short."""
    named, mutations, exact, broken, lost, wrong = counts
    (most, folder, bucket), (seconds, files, megabytes) = memory, pace
    figures = (
        ("files of the corpus", named, f"at least {LEAST_FILES}", named < LEAST_FILES),
        ("mutated files", mutations, "", False),
        ("… files of which one finding alone is right", exact, "", False),
        ("errors that would end the worker", broken, "limit 0", bool(broken)),
        ("children that died or stood still unforeseen", lost, "limit 0", bool(lost)),
        ("found to be what was not written down before", wrong, "limit 0", bool(wrong)),
        _grown("growth of the worker's memory, MB", most, MOST_GROWTH_MB),
        *(
            _grown(f"… {megabytes} MB {step}, in a {place}", value, MOST_WEIGHT_MB)
            for place, weights in (("folder", folder), ("bucket (S3)", bucket))
            for step, value in zip(STEPS, weights, strict=True)
        ),
        ("milliseconds a file", round(1000 * seconds / files, 1), "", False),
    )
    for name, value, limit, is_short in figures:
        print(f"{name:<46}{value:>8}   {limit:<16}{'OVER' if is_short else 'ok'}")
    return int(any(is_short for *_, is_short in figures))


def _grown(name, value, limit):
    return (name, round(value, 1), f"limit {limit}", value > limit)


if __name__ == "__main__":
    main()
