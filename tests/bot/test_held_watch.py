"""A look at every tick: check-ins that wait for a signature fall due when there is one, and not before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.demo import demo_settings, make_clinic
from bot.foundation import foundation
from bot.held_watch import HeldWatch, watch_held
from handlers.core.case import FollowUpState
from handlers.core.changes import PlanFollowUps
from handlers.endings import UNSIGNED
from storage.tables import follow_ups
from tests.storage.samples import follow_up, settled


@pytest.fixture
async def base(tmp_path):
    """Production, in which nothing is signed, with a check-in that is held for that."""
    async with foundation(demo_settings({}, tmp_path)) as base:
        await make_clinic(base)
        sign(base)
        case = await settled(base.stores)
        soon = base.clock.now() + timedelta(minutes=30)
        waits = {"state": FollowUpState.HELD, "reason": UNSIGNED, "next_at": soon, "window_end": soon}
        await base.stores.uow.save(case, [PlanFollowUps((follow_up(case, **waits),))])
        yield base


def sign(base, *languages):
    base.present.around = replace(base.around, needs_signature=True, signed=frozenset(languages))


async def is_due(base):
    at = await base.stores.database.read(lambda conn: conn.scalar(select(follow_ups.c.next_at)))
    return at <= base.clock.now()


async def put_off(base):
    later = base.clock.now() + timedelta(minutes=30)
    await base.stores.database.write(lambda conn: conn.execute(update(follow_ups).values(next_at=later)))


async def test_what_is_held_unsigned_falls_due_at_the_start_and_whenever_another_language_is_signed(base):
    watch = watch_held(base, timedelta(0))
    due = []
    for languages in ((), (), ("ja",)):
        await put_off(base)
        sign(base, *languages)
        await watch.run_once()
        due.append(await is_due(base))

    assert due == [True, False, True]


async def test_where_no_signature_is_needed_nothing_is_looked_at(base):
    base.present.around = replace(base.around, needs_signature=False)

    await HeldWatch(base).look()

    assert not await is_due(base)
