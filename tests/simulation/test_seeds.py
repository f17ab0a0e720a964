"""A few small lives, the same each time."""

import logging

import pytest

from tests.simulation import setting
from tests.simulation.faults import calm, swarm
from tests.simulation.run import run


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
