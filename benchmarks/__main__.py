"""`python -m benchmarks`: run the benchmarks and print their ratios.

At the whole size the exit code is 1 if a ratio passes its limit. A short run (--scale below 1)
judges nothing.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from time import perf_counter
from types import MappingProxyType
from typing import Final

from benchmarks import answers, ticks
from benchmarks.figures import Figure, Findings

BENCHMARKS: Final[Mapping[str, Callable[[float], Awaitable[Findings]]]] = MappingProxyType(
    {"answers": answers.run, "ticks": ticks.run}
)


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; return the exit code."""
    asked = _asked(arguments)
    found = [_run(name, asked.scale) for name in BENCHMARKS if asked.only in {None, name}]
    if asked.json:
        print(json.dumps([asdict(findings) for findings in found], indent=2))
    else:
        print(_summary(found))
    # A short run is too small to judge times by: it shows that everything runs, and prints the ratios.
    return 0 if asked.scale < 1 or all(figure.holds for figure in _figures(found)) else 1


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", type=_positive, default=1.0, help="1 is the whole size, 0.02 a short run")
    parser.add_argument("--only", choices=sorted(BENCHMARKS), help="run this one alone")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("a scale is a number above 0")
    return number


def _run(name: str, scale: float) -> Findings:
    print(f"{name} …", file=sys.stderr, flush=True)
    started = perf_counter()
    findings = asyncio.run(_findings(name, scale))
    print(f"{name}: done after {perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return findings


async def _findings(name: str, scale: float) -> Findings:
    return await BENCHMARKS[name](scale)


def _figures(found: list[Findings]) -> list[Figure]:
    return [figure for findings in found for figure in findings.figures]


def _summary(found: list[Findings]) -> str:
    lines: list[str] = []
    for findings in found:
        lines += ["", findings.title, f"  ({findings.sizes})", *map(_line, findings.figures)]
    missed = [figure.name for figure in _figures(found) if not figure.holds]
    return "\n".join(
        [*lines, "", f"bench: {'over the limit: ' + '; '.join(missed) if missed else 'all green'}"]
    )


def _line(figure: Figure) -> str:
    if figure.limit is None:
        return f"  {figure.name:<58} {figure.ratio:>8.2f}"
    mark = "" if figure.holds else "  OVER"
    return f"  {figure.name:<58} {figure.ratio:>8.2f}   limit {figure.limit:.1f}{mark}"


if __name__ == "__main__":
    sys.exit(main())
