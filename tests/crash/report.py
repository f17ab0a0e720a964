"""What a run prints at its end: kills by site, figures with their limits, broken rules."""

import time
from collections import Counter

from bot.failpoints import POINTS
from tests.crash.scope import ELSEWHERE, HIT, wanted
from tests.crash.sites import generated

PHASES = ("statement", "commit", "committed", "rollback", "called", "answered", "named")
EACH, SPARE = 50, 10
WHOLE = 10_000
"""From so many kills on, each site must have been hit `EACH` times; a short run only shows how often."""

STORED = "files stored"
SHORT = 1_000
"""With fewer kills than this a site need not have been reached: only its place in the list is seen."""


def needed(kills):
    """Return how often each site must be hit in a run of so many kills."""
    return EACH if kills >= WHOLE else 0


def aim(kills):
    """Return how often a run of so many kills tries to hit each site: a little more than it must."""
    return max(1, -(-kills * (EACH + SPARE) // WHOLE))


def figures(run, seconds):
    """Return what a town has to tell, as JSON holds it."""
    plans, order = run.plans, run.order
    return {
        "total": plans.total,
        "seconds": seconds,
        "kills": [[site, phase, count] for (site, phase), count in plans.kills.items()],
        "reached": sorted({site for (site, _), _ in plans.reached}),
        "patients": len(run.crowd.people),
        "told": run.told,
        "sums": dict(run.sums),
        "broken": dict(run.broken),
        "faults": run.faults,
        "order": order,
        "cpu": plans.cpu,
        "driver": time.process_time(),
    }


def sites_table(kind, parts):
    """Return the kills by site and moment, a line each."""
    kills = _kills(parts)
    names = sorted({site for site, _ in kills} | set(wanted(kind)))
    lines = [f"{'kills':>6} {'st.':>5} {'<com':>5} {'com>':>5} {'roll':>5} {'call>':>5} {'<ans':>5}  site"]
    for name in names:
        counts = [kills[name, phase] for phase in PHASES]
        cells = " ".join(f"{count:5}" for count in counts[:-1])
        lines.append(f"{sum(counts):6} {cells}  {name}")
    return lines


def figures_table(kind, parts, each, least):
    """Return (figure, value, limit, whether it holds) for everything that is judged, and who fell short."""
    kills, sums, broken = _kills(parts), _summed(parts, "sums"), _summed(parts, "broken")
    total, told = sum(part["total"] for part in parts), sum(part["told"] for part in parts)
    sites = [*wanted(kind), *(f"failpoint:{point}" for point in POINTS)]
    by_site = Counter()
    for (site, _), count in kills.items():
        by_site[site] += count
    few = [site for site in sites if by_site[site] < least]
    reached = {site for part in parts for site in part["reached"]}
    missing = [site for site in wanted(kind) if site not in reached]
    unlisted = sorted(set(generated().values()) - {*HIT, *ELSEWHERE})
    rows = [
        ("kills that hit open work", total, f">= {each}", total >= each),
        ("seconds, of the slowest town", f"{max(part['seconds'] for part in parts):.0f}", "", True),
        ("seconds of a processor: killed lives, driver",
         f"{sum(part['cpu'] for part in parts):.0f}, {sum(part['driver'] for part in parts):.0f}", "", True),
        ("sites in the code, left to others", f"{len(wanted(kind))}, {len(ELSEWHERE)}", "", True),
        ("sites in the code that no list names", len(unlisted), "0", not unlisted),
        ("listed sites never reached", len(missing), "0" if each >= SHORT else "",
         not missing or each < SHORT),
        (f"sites and failpoints killed at less than {least} times", len(few), "0", not few),
        ("patients", sum(part["patients"] for part in parts), "> 0", True),
        ("check-ins judged", told, "> 0", told > 0),
        *((name, count, "", True) for name, count in sums.items() if name != STORED),
        (STORED, sums[STORED], "> 0" if each >= SHORT else "", sums[STORED] > 0 or each < SHORT),
        ("duplicates without an ambiguous event", max(0, sums["duplicates"] - sums["ambiguous events"]), "0",
         sums["duplicates"] <= sums["ambiguous events"]),
    ]  # fmt: skip
    rows += [(f"rule {name}", count, "0", not count) for name, count in sorted(broken.items())]
    rows += _order([part["order"] for part in parts], is_whole=least > 0)
    return rows, [*(f"{site} (never reached)" for site in missing), *few, *unlisted]


def _kills(parts):
    kills = Counter()
    for part in parts:
        for site, phase, count in part["kills"]:
            kills[site, phase] += count
    return kills


def _summed(parts, name):
    sums = Counter()
    for part in parts:
        for key, count in part[name].items():
            sums[key] += count
    return sums


def _order(orders, *, is_whole):
    """Return what the traces of system calls showed; without one, a whole run falls short."""
    traced = [order for order in orders if order]
    if not traced:
        return [("acknowledgements seen by strace", "NO TRACE", "", not is_whole)]
    seen = sum((Counter(order["seen"]) for order in traced), Counter())
    wrong = sum(len(order["wrong"]) for order in traced)
    ways = [*traced[0]["seen"]]
    rows = [(f"acknowledged in order: {way}", seen[way], "> 0", seen[way] > 0) for way in ways]
    return [*rows, ("acknowledged before it was kept", wrong, "0", not wrong)]


def printed(rows):
    """Return the rows as aligned lines."""
    width = max(len(name) for name, *_ in rows)
    return [
        f"{name:{width}}  {value!s:>10}  {limit:24}  {'ok' if holds else 'OVER'}"
        for name, value, limit, holds in rows
    ]
