"""Runs as jobs: small enough to be handed to another process of the harness."""

import logging
import sys

from tests.simulation import setting
from tests.simulation.faults import KINDS, Plan, gentle, swarm
from tests.simulation.programme.behaviour import lives
from tests.simulation.run import run


def quiet():
    """Keep the product's log out of the figures, and what hangs in killed processes when it ends."""
    logging.disable(logging.CRITICAL)
    sys.unraisablehook = _say_nothing


def _say_nothing(_):
    return


def one(job):
    """Return the outcome of a run: (folder of the setting, faults, seed, patients, months)."""
    place, faults, seed, patients, months = job
    return run(setting.load(place), _plan(faults, seed), patients, months)


def _plan(faults, seed):
    """Return a seed's plan: drawn, or of the faults named as KIND=RATE,…"""
    drawn = {"gentle": gentle, "swarm": swarm, "programme": lives}.get(faults)
    if drawn is not None:
        return drawn(seed)
    pairs = [pair.partition("=") for pair in faults.split(",") if pair]
    rates = {kind: float(rate) for kind, _, rate in pairs}
    if unknown := rates.keys() - set(KINDS):
        raise ValueError(f"no such faults: {', '.join(sorted(unknown))}")
    return Plan(seed, 2, {kind: int(rate) if rate >= 1 else rate for kind, rate in rates.items()})
