"""What a run prints at its end: kills by site, figures with their limits, broken rules."""

from bot.failpoints import POINTS
from tests.crash.scope import ELSEWHERE, wanted

PHASES = ("statement", "commit", "committed", "rollback", "called", "answered", "named")
EACH = 50
WHOLE = 10_000
"""From so many kills on, each site must have been hit `EACH` times; a short run only shows how often."""


def needed(kills):
    """Return how often each site must be hit in a run of so many kills."""
    return EACH if kills >= WHOLE else 0


def sites_table(run):
    """Return the kills by site and moment, a line each."""
    plans = run.plans
    names = sorted({site for site, _ in plans.kills} | set(wanted(is_sqlite=run.is_sqlite)))
    lines = [f"{'kills':>6} {'st.':>5} {'<com':>5} {'com>':>5} {'roll':>5} {'call>':>5} {'<ans':>5}  site"]
    for name in names:
        counts = [plans.kills[name, phase] for phase in PHASES]
        cells = " ".join(f"{count:5}" for count in counts[:-1])
        lines.append(f"{sum(counts):6} {cells}  {name}")
    return lines


def figures_table(run, least, seconds):
    """Return (figure, value, limit, whether it holds) for everything that is judged."""
    plans, sums = run.plans, run.sums
    reached = {site for (site, _), _ in plans.reached}
    sites = wanted(is_sqlite=run.is_sqlite)
    missing = [site for site in sites if site not in reached]
    few = [site for site in sites if plans.at(site) < least]
    few += [point for point in POINTS if plans.at(f"failpoint:{point}") < least]
    rows = [
        ("kills that hit open work", plans.total, f">= {run.wanted}", plans.total >= run.wanted),
        ("seconds", f"{seconds:.0f}", "", True),
        ("sites in the code, left to others", f"{len(sites)}, {len(ELSEWHERE)}", "", True),
        ("listed sites never reached", len(missing), "0" if least else "", not (missing and least)),
        (f"sites and failpoints killed at less than {least} times", len(few), "0", not few),
        ("patients", len(run.crowd.people), "> 0", bool(run.crowd.people)),
        ("check-ins judged", run.told, "> 0", run.told > 0),
        *((name, count, "", True) for name, count in sums.items()),
        ("duplicates without an ambiguous event", max(0, sums["duplicates"] - sums["ambiguous events"]), "0",
         sums["duplicates"] <= sums["ambiguous events"]),
    ]  # fmt: skip
    rows += [(f"rule {name}", count, "0", not count) for name, count in sorted(run.broken.items())]
    rows += _order(run.order, is_whole=least > 0)
    return rows, missing + few


def _order(order, *, is_whole):
    """Return what the trace of system calls showed; without one, a whole run falls short."""
    if order is None:
        return [("acknowledgements seen by strace", "NO TRACE", "", not is_whole)]
    rows = [(f"acknowledged in order: {way}", count, "> 0", count > 0) for way, count in order.seen.items()]
    return [*rows, ("acknowledged before it was kept", len(order.wrong), "0", not order.wrong)]


def printed(rows):
    """Return the rows as aligned lines."""
    width = max(len(name) for name, *_ in rows)
    return [
        f"{name:{width}}  {value!s:>10}  {limit:24}  {'ok' if holds else 'OVER'}"
        for name, value, limit, holds in rows
    ]
