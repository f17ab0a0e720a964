"""A few small lives, the same each time, and every seed that once found a bug."""

import logging

import pytest

from tests.simulation import setting
from tests.simulation.faults import KINDS, calm, gentle, swarm
from tests.simulation.run import run

FOUND_A_BUG = ()
"""(seed, patients) of lives that once broke an invariant."""


@pytest.fixture(scope="module")
def shared():
    logging.disable(logging.CRITICAL)
    with setting.opened() as opened:
        yield opened
    logging.disable(logging.NOTSET)


def test_without_faults_everybody_is_asked_and_heard(shared):
    outcome = run(shared, calm(1), 3)

    assert (outcome.figures["answers"], outcome.violations) == (27, {})


def test_the_same_seed_lives_the_same_life(shared):
    assert run(shared, swarm(3), 3).trace == run(shared, swarm(3), 3).trace


def test_another_seed_lives_another(shared):
    assert run(shared, calm(1), 2).trace != run(shared, calm(2), 2).trace


@pytest.mark.parametrize(("seed", "patients"), FOUND_A_BUG)
def test_a_bug_stays_mended(shared, seed, patients):
    assert run(shared, swarm(seed), patients).violations == {}


def test_ten_seeds_switch_on_every_kind_of_fault():
    assert {kind for seed in range(1, 11) for kind in swarm(seed).rates} == set(KINDS)


def test_the_large_run_has_most_kinds_too():
    assert set(gentle(0).rates) <= set(KINDS)
