"""`python -m tests.mutants`: every deliberate bug is caught, by the invariant that names it.

    python -m tests.mutants                   all of them
    python -m tests.mutants --only leases-never-end
    python -m tests.mutants --n 4             four, by turns from day to day

Exits 1 if one is missed or is caught by something else, or if the tree without it is not clean.
"""

import argparse
import asyncio
import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.judges import judge
from tests.mutants.mutant import mutants
from tests.mutants.trees import copy

SIDE_BY_SIDE = 2


def main():
    options = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.split("\n", 1)[0])
    options.add_argument("--only", metavar="NAME", help="one mutant, with what was seen")
    options.add_argument("--n", type=int, help="so many, others each day")
    options.add_argument("--jobs", type=int, default=SIDE_BY_SIDE, help="oracles side by side")
    options.add_argument("--json", action="store_true", help="print the report as one JSON object, last")
    asked = options.parse_args()
    chosen = _chosen(asked)
    if not chosen:
        options.error("there is no such mutant")
    with TemporaryDirectory(prefix="yorisoi-mutants-") as folder:
        rows = asyncio.run(Hunt(Path(folder), asked.jobs).go(chosen))
    caught = sum(row["caught"] for row in rows)
    _print(rows)
    print(f"{caught}/{len(rows)} caught")
    if asked.json:
        print(json.dumps({"ok": caught == len(rows), "mutants": rows}))
    sys.exit(0 if caught == len(rows) else 1)


def _chosen(asked):
    known = mutants()
    if asked.only:
        return [mutant for mutant in known if mutant.name == asked.only]
    if not asked.n:
        return known
    first = datetime.now(UTC).date().toordinal() * asked.n
    return [known[(first + place) % len(known)] for place in range(min(asked.n, len(known)))]


class Hunt:
    """Judges mutants in copies of the tree, each beside the tree without it."""

    def __init__(self, folder, jobs):
        self._folder = folder
        self._clean = copy(folder / "clean")
        self._places = asyncio.Semaphore(jobs)
        self._cleanly = {}

    async def go(self, chosen):
        """Judge all of them; return a row for each."""
        return await asyncio.gather(*(self._hunt(mutant) for mutant in chosen))

    async def _hunt(self, mutant):
        if mutant.oracle not in self._cleanly:
            self._cleanly[mutant.oracle] = asyncio.ensure_future(self._without(mutant.oracle))
        finding = await self._with(mutant)
        clean = await self._cleanly[mutant.oracle]
        row = _row(mutant, finding, clean)
        print(f"{row['verdict']:10} {mutant.name}  ({finding.seconds:.0f} s)", flush=True)
        for words in (finding.words, clean.words):
            if words:
                print(words, flush=True)
        return row

    async def _with(self, mutant):
        async with self._places:
            tree = copy(self._folder / mutant.name)
            mutant.apply(tree)
            finding = await judge(mutant.oracle, tree)
            shutil.rmtree(tree)
            return finding

    async def _without(self, oracle):
        async with self._places:
            return await judge(oracle, self._clean)


def _row(mutant, finding, clean):
    is_caught = finding.is_caught_by(mutant.expects)
    verdict = "caught" if is_caught else "missed" if finding.passes else "not by it"
    if not clean.passes:
        verdict = "unclean"
    return {
        "name": mutant.name,
        "expects": mutant.expects,
        "seen": finding.violations or f"exit {finding.code}",
        "oracle": mutant.oracle,
        "without": clean.violations or f"exit {clean.code}",
        "caught": verdict == "caught",
        "verdict": verdict,
        "seconds": round(finding.seconds, 1),
    }


def _print(rows):
    print(f"\n{'bug':36} {'expected':22} {'':10} seen")
    for row in rows:
        print(f"{row['name']:36} {row['expects']:22} {row['verdict']:10} {_seen(row['seen'])}")
        print(f"{'':36} {_short(row['oracle'])}; without the bug: {_seen(row['without'])}")


def _seen(seen):
    return seen if isinstance(seen, str) else ", ".join(f"{name} {times}" for name, times in seen.items())


def _short(oracle):
    return oracle.removeprefix("tests.").replace(" --once", "")


if __name__ == "__main__":
    main()
