"""The proof `make fuzz`: mutated webhook bodies, signed, and forged ones, against the web application.

python -m tests.fuzz [--n 200000] [--forged 10000] [--seed 1] [--jobs 2] [--only NUMBER]
"""

import argparse
import hashlib
import sys
import time
from multiprocessing import get_context
from pathlib import Path

from tests.fuzz.forged import forge
from tests.fuzz.house import Found
from tests.fuzz.run import run, run_share

SHARE = 10_000
"""Bodies that one database takes: opening it costs some seconds."""
FORGED_SHARE = 20
SHOWN = 10
"""Faults of one share that are shown, and whose bodies are kept."""
KEPT = Path("fuzz-faults")


def main():
    options = _options()
    if options.only is not None:
        found = run(options.seed, [options.only])
        _keep(options.seed, found)
        return _report(options, found, Found())
    print(f"seed {options.seed}", flush=True)
    started = time.monotonic()
    found, forged = Found(), Found()
    with get_context("spawn").Pool(options.jobs) as pool:
        refused = pool.apply_async(forge, (options.seed, options.forged))
        size = min(SHARE, -(-options.n // options.jobs))
        shares = [(options.seed, range(at, min(at + size, options.n))) for at in range(0, options.n, size)]
        for part in pool.imap_unordered(run_share, shares):
            found.add(part)
            _keep(options.seed, part)
            print(f"  {found.bodies} of {options.n} bodies, {len(found.faults)} faults", flush=True)
        forged.add(refused.get())
        _keep(options.seed, forged)
    print(f"{'minutes':<44}{(time.monotonic() - started) / 60:>10.1f}")
    return _report(options, found, forged)


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--n", type=int, default=200_000)
    parser.add_argument("--forged", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, help="one body again, by its number")
    options = parser.parse_args()
    options.forged = options.n // FORGED_SHARE if options.forged is None else options.forged
    return options


def _keep(seed, part):
    """Show what was found, and keep the bodies."""
    for what, raw in part.faults[:SHOWN]:
        KEPT.mkdir(exist_ok=True)
        place = KEPT / f"seed-{seed}-{hashlib.sha256(raw).hexdigest()[:12]}.bin"
        place.write_bytes(raw)
        print(f"  {what[:200]}: {place}", flush=True)


def _report(options, found, forged):
    print(f"{'seed':<44}{options.seed:>10}")
    print(f"{'mutated bodies, signed':<44}{found.bodies:>10}")
    print(f"{'rows taken from them':<44}{found.rows:>10}")
    print(f"{'longest work of one, seconds':<44}{max(found.longest, forged.longest):>10.2f}   limit 1")
    print(f"{'errors, hangs, neighbours lost':<44}{len(found.faults):>10}   limit 0")
    print(f"{'forged deliveries':<44}{forged.bodies:>10}")
    print(f"{'taken, or real ones refused':<44}{len(forged.faults):>10}   limit 0")
    return int(bool(found.faults or forged.faults) or not found.bodies)


if __name__ == "__main__":
    sys.exit(main())
