"""Runs an oracle on a tree, in a process of its own, and reads its report."""

import asyncio
import json
import os
import shlex
import sys
from dataclasses import dataclass
from time import perf_counter

PATIENCE = 300
OK, VIOLATED = 0, 1


@dataclass(frozen=True)
class Finding:
    """What an oracle said about a tree."""

    code: int
    violations: dict
    is_alive: bool
    """Whether the tree did its work at all: a bug that breaks everything shows nothing."""

    words: str
    """Its last words where it broke."""

    seconds: float

    @property
    def passes(self):
        """Say whether nothing was found, and something was done."""
        return self.code == OK and self.is_alive and not self.violations

    def is_caught_by(self, invariant):
        """Say whether just this invariant is among those that were broken, in a tree that works."""
        return self.code == VIOLATED and self.is_alive and invariant in self.violations


async def judge(oracle, tree):
    """Run `python -m <oracle> --json` in a tree."""
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *shlex.split(oracle), "--json",
        cwd=tree, env=_surroundings(tree), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            said = (await process.communicate())[0].decode()
    except TimeoutError:
        process.kill()
        await process.wait()
        said = f"still running after {PATIENCE} s"
    report = _report(said)
    return Finding(
        process.returncode,
        report.get("violations", {}),
        _did_something(report),
        "" if report else "\n".join(said.splitlines()[-8:]),
        perf_counter() - began,
    )


def _surroundings(tree):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YORISOI_")}
    return kept | {"PYTHONPATH": str(tree), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def _report(said):
    try:
        report = json.loads(said.rstrip().rpartition("\n")[2])
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def _did_something(report):
    figures = report.get("figures", {})
    return any(bool(value) for name, value in figures.items() if name.endswith(": answers"))
