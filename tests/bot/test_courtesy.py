"""Whoever delivers goes first; whoever works waits for a turn meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.courtesy import BUSY_FOR, Courtesy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def most_at_once(courtesy):
    """Return how many of five decisions were under way at the same time."""
    running, most = 0, 0

    async def work(_):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await asyncio.gather(*(courtesy.with_turns(work)(n) for n in range(5)))
    return most


@pytest.mark.parametrize(("since", "together"), [(timedelta(0), 1), (2 * BUSY_FOR, 5)])
async def test_decisions_are_made_one_by_one_while_deliveries_come_in(since, together):
    now = NOON
    courtesy = Courtesy(lambda: now)
    courtesy.knock()

    now += since

    assert await most_at_once(courtesy) == together


async def test_without_deliveries_decisions_go_side_by_side():
    assert await most_at_once(Courtesy(lambda: NOON)) == 5
