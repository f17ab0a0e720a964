"""What the people of a programme do, by seed; drawn beside the faults."""

from dataclasses import replace

from tests.simulation.faults import DOWN, OTHER, PAUSES, RATES, SPANS, swarm
from tests.simulation.setting import PROGRAMME

BEHAVIOURS = {
    "travels": 0.5,
    "home-early": 0.3,
    "asks-for-help": 0.5,
    "goes-quiet": 0.3,
    "danger-sign": 0.3,
    "left-to-the-next": 0.3,
    "late-date": 0.25,
    "dst-date": 0.5,
    "moved-date": 0.4,
    "left-out": 0.3,
    "stopped-by-staff": 0.15,
    "date-after-stop": 0.5,
}
"""How often each is done where it can be."""

OUTCOMES = (
    "alert-taken",
    "chain-climbed",
    "helper-let-in",
    "helper-asked",
    "helper-began",
    "late-sent",
    "late-skipped",
    "moved-after-left-out",
    "stopped-died",
    "stopped-left",
    "stopped-wrong-person",
    "date-refused",
    "asked-abroad",
    "asked-on-dst-day",
)
"""What must come of it now and then."""

SERVICES = (("telegram", "whatsapp"), ("telegram",))
"""Staff have Telegram, so it is always there."""

_FAULTS = {*RATES, *SPANS, *DOWN, *PAUSES, *OTHER} - {"crowd"}
DONE = (*BEHAVIOURS, *OUTCOMES)
KINDS = (*sorted(_FAULTS), *DONE)
"""Everything that must happen in a long row of seeds."""


def lives(seed):
    """Return the plan of a seed: the faults of a usual one, fewer days without a service, and behaviours."""
    plan = swarm(seed)
    rates = {kind: rate for kind, rate in plan.rates.items() if kind != "crowd"}
    return replace(plan, rates=rates | BEHAVIOURS, services=SERVICES[seed % 2], world=PROGRAMME)


def orderly(seed, *kinds):
    """Return a plan without faults, in which people do all of `kinds` whenever they can."""
    plan = swarm(seed)
    return replace(plan, processes=1, rates=dict.fromkeys(kinds, 1.0), services=SERVICES[0], world=PROGRAMME)
