"""One run from its plan to its outcome."""

import gc
import sys
import time
import warnings
from dataclasses import dataclass

from tests.simulation import oracle
from tests.simulation.evidence import gather
from tests.simulation.programme import oracle as programme_oracle
from tests.simulation.programme.world import Programme
from tests.simulation.seeded import rows_named_by
from tests.simulation.setting import MONTHS, PROGRAMME
from tests.simulation.world import World

WORLDS = {MONTHS: (World, oracle.judge), PROGRAMME: (Programme, programme_oracle.judge)}


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    seed: int
    trace: str
    violations: dict
    examples: dict
    fired: dict
    figures: dict
    seconds: float
    cpu: float


def run(setting, plan, patients, months=12):
    """Live through `months` and judge them; raise what broke the simulation itself."""
    hook, sys.unraisablehook = sys.unraisablehook, _say_nothing
    with warnings.catch_warnings(), rows_named_by(plan.seed):
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return _run(setting, plan, patients, months)
        finally:
            gc.collect()
            sys.unraisablehook = hook


def _run(setting, plan, patients, months):
    began, began_cpu = time.perf_counter(), time.process_time()
    kind, judge = WORLDS[plan.world]
    world = kind(setting, plan, patients)
    try:
        world.run(months)
        took = time.perf_counter() - began, time.process_time() - began_cpu
        evidence = world.loop.run_until_complete(gather(world))
        found = judge(evidence)
        return Outcome(
            plan.seed,
            world.ledger.trace(),
            dict(sorted(found.count.items())),
            found.examples,
            dict(world.faults.fired),
            world.figures,
            *took,
        )
    finally:
        world.close()


def _say_nothing(_):
    """Take what hangs in killed processes: its `finally` runs in an end that nobody sees any more."""
