"""The planner brings the kills to where the fewest were: shown without a process."""

import random
from types import SimpleNamespace

import pytest

from bot.failpoints import POINTS
from tests.crash.plans import Plans
from tests.crash.report import EACH, WHOLE, aim
from tests.crash.scope import wanted

OFTEN = 0.1
"""How often a life comes to each place at all."""


def lived(order, command, places, chance):
    """Return a life that died where it was told, if it came there, else anywhere."""
    met = [place for place in places if chance.random() < OFTEN] or [chance.choice(places)]
    named = [part.partition("=")[0] for part in order.get("failpoints", "").split(";") if part]
    hit = [place for place in met if list(place) in order.get("wanted", ())]
    hit += [(f"failpoint:{point}", "named") for point in named if chance.random() < OFTEN]
    site, phase = hit[0] if hit else chance.choice(met)
    return SimpleNamespace(reached=met, command=command, kill={"sites": [site], "phase": phase, "cpu": 0.0})


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("towns", [1, 2])
def test_each_site_and_failpoint_is_hit_often_enough_however_seldom_a_life_comes_there(kind, towns):
    chance = random.Random(1)
    places = [(site, phase) for site in wanted(kind) for phase in ("statement", "committed")]
    kills = WHOLE // towns
    plans = Plans(chance, aim(kills), kills)
    while plans.total < kills:
        plans.note(lived(plans.next("worker"), "worker", places, chance))
    sites = [*wanted(kind), *(f"failpoint:{point}" for point in POINTS)]
    assert {site: plans.hits(site) for site in sites if plans.hits(site) * towns < EACH} == {}
