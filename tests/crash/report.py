"""What a run prints at its end: kills by site, figures with their limits, broken rules."""

from bot.failpoints import POINTS
from tests.crash.scope import ELSEWHERE, wanted
from tests.crash.sites import generated

PHASES = ("statement", "commit", "committed", "rollback", "called", "answered", "named")
EACH = 50
WHOLE = 10_000
"""From so many kills on, each site must have been hit `EACH` times; a short run only shows how often."""


def needed(kills):
    """Return how often each site must be hit in a run of so many kills."""
    return EACH if kills >= WHOLE else 0


def sites_table(plans):
    """Return the kills by site and moment, a line each."""
    names = sorted({site for site, _ in plans.kills} | set(wanted()))
    lines = [f"{'kills':>6} {'st.':>5} {'<com':>5} {'com>':>5} {'roll':>5} {'call>':>5} {'<ans':>5}  site"]
    for name in names:
        counts = [plans.kills[name, phase] for phase in PHASES]
        cells = " ".join(f"{count:5}" for count in counts[:-1])
        lines.append(f"{sum(counts):6} {cells}  {name}")
    lines += [
        f"  left to other tests: {site} ({why})"
        for site, why in sorted(ELSEWHERE.items())
        if site in _known()
    ]
    return lines


def figures_table(run, least, seconds):
    """Return (figure, value, limit, whether it holds) for everything that is judged."""
    plans, sums = run.plans, run.sums
    reached = {site for (site, _), _ in plans.reached}
    missing = [site for site in wanted() if site not in reached]
    few = [site for site in wanted() if plans.at(site) < least]
    few += [point for point in POINTS if plans.at(f"failpoint:{point}") < least]
    rows = [
        ("kills that hit open work", plans.total, f">= {run.wanted}", plans.total >= run.wanted),
        ("seconds", f"{seconds:.0f}", "", True),
        ("sites in the code, left to others", f"{len(wanted())}, {len(ELSEWHERE)}", "", True),
        ("listed sites never reached", len(missing), "0" if least else "", not (missing and least)),
        (f"sites and failpoints killed at less than {least} times", len(few), "0", not few),
        ("patients", len(run.crowd.people), "> 0", bool(run.crowd.people)),
        ("check-ins judged", run.told, "> 0", run.told > 0),
        *((name, count, "", True) for name, count in sums.items()),
        ("duplicates without an ambiguous event", max(0, sums["duplicates"] - sums["ambiguous events"]), "0",
         sums["duplicates"] <= sums["ambiguous events"]),
    ]  # fmt: skip
    rows += [(f"rule {name}", count, "0", not count) for name, count in sorted(run.broken.items())]
    return rows, missing + few


def printed(rows):
    """Return the rows as aligned lines."""
    width = max(len(name) for name, *_ in rows)
    return [
        f"{name:{width}}  {value!s:>10}  {limit:24}  {'ok' if holds else 'OVER'}"
        for name, value, limit, holds in rows
    ]


def _known():
    return set(generated().values())
