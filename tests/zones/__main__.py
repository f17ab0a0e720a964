"""The proof `make zones`: every check-in of every day from 2024 to 2032 in every time zone.

And `yorisoi plan --csv` against PostgreSQL's own arithmetic: every day of two years in 40 zones, each
full hour from nine to seven. `--n` looks at so many zones, and then at every 61st of those days.

python -m tests.zones [--n 50] [--every 1]
"""

import argparse
import sys
from multiprocessing import Pool

from tests.zones.arithmetic import compare
from tests.zones.walk import walk, zones

SHORT = 61


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    names = zones(options.n)
    total, faults = 0, []
    with Pool(options.jobs) as pool:
        found = pool.starmap_async(walk, [(name, options.every) for name in names], chunksize=4)
        while not found.ready():
            found.wait(10)
            print(f"  {len(names)} zones …", flush=True)
        for one in found.get():
            total += one.check_ins
            faults += one.faults
    for fault in faults[:20]:
        print(f"  {fault}")
    print(f"{'zones':<34}{len(names):>12}")
    print(f"{'check-ins':<34}{total:>12}")
    print(f"{'sent early, at night, never or twice':<34}{len(faults):>10}   limit 0   {_verdict(faults)}")
    compared = compare(every=SHORT if options.n else options.every, jobs=options.jobs)
    for fault in compared.faults[:20]:
        print(f"  {fault}")
    print(f"{'zone data':<34}{compared.ours}; {compared.theirs}")
    print(f"{'check-ins beside PostgreSQL':<34}{compared.check_ins:>12}")
    print(f"{'placed elsewhere by PostgreSQL':<34}{len(compared.faults):>12}   limit 0   "
          f"{_verdict(compared.faults)}")  # fmt: skip
    sys.exit(bool(faults or compared.faults) or not (total and compared.check_ins))


def _verdict(faults):
    return "OVER" if faults else "ok"


if __name__ == "__main__":
    main()
