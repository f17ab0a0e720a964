"""Time jumps, the order is drawn, and a killed process never takes another step."""

import asyncio
import random
from contextvars import Context

import pytest

from tests.simulation.loop import OWNER, Stuck, VirtualLoop


class Owner:
    def __init__(self):
        self.runs = True
        self.aside = []
        self.context = Context()
        self.context.run(OWNER.set, self)

    def stop(self):
        self.runs = False

    def put_aside(self, handle):
        self.aside.append(handle)


@pytest.fixture
def loop():
    virtual = VirtualLoop(random.Random(1))
    yield virtual
    virtual.close()


def test_a_year_passes_at_once(loop):
    loop.run_until_complete(asyncio.sleep(365 * 86_400))

    assert loop.time() == 365 * 86_400


def test_the_order_of_what_is_ready_is_drawn_by_seed():
    def order(seed):
        loop, seen = VirtualLoop(random.Random(seed)), []
        for number in range(20):
            loop.call_soon(seen.append, number)
        loop.run_until_complete(asyncio.sleep(1))
        loop.close()
        return seen

    assert order(1) == order(1) != order(2)


def test_waiting_for_nothing_is_an_error(loop):
    with pytest.raises(Stuck):
        loop.run_until_complete(loop.create_future())


async def _work(seen):
    try:
        await asyncio.sleep(5)
        seen.append("went on")
    finally:
        seen.append("tidied up")


def test_a_process_that_is_killed_runs_no_finally(loop):
    owner, seen = Owner(), []
    kept = owner.context.run(loop.create_task, _work(seen))
    kept._log_destroy_pending = False
    loop.call_later(1, owner.stop)

    loop.run_until_complete(asyncio.sleep(60))

    assert seen == []


def test_a_process_that_is_stopped_goes_on_where_it_was(loop):
    owner, seen = Owner(), []
    kept = owner.context.run(loop.create_task, _work(seen))
    loop.call_later(1, owner.stop)
    loop.run_until_complete(asyncio.sleep(60))

    owner.runs = True
    loop._ready.extend(owner.aside)
    loop.run_until_complete(kept)

    assert (seen, loop.time()) == (["went on", "tidied up"], 60)
