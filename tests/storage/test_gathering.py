"""Deliveries that come in at once share a transaction, and each hears its own outcome."""

import asyncio

import pytest

from handlers.errors import StorageAway
from storage.gathering import MOST, Gatherer
from tests.storage.samples import NOON, incoming


class Disk:
    """Writes groups when it is let; rows called "bad" can't be stored."""

    def __init__(self, fault=None):
        self.groups, self.fault, self.free = [], fault, asyncio.Event()

    async def write(self, deliveries):
        await self.free.wait()
        self.groups.append(len(deliveries))
        if self.fault is not None and any(row["id"] == "bad" for rows in deliveries for row in rows):
            raise self.fault
        return [len(rows) for rows in deliveries]


async def told(disk, *deliveries):
    gatherer = Gatherer(disk.write)
    adding = [asyncio.create_task(gatherer.add([{"id": name} for name in names])) for names in deliveries]
    await asyncio.sleep(0)
    disk.free.set()
    return await asyncio.gather(*adding, return_exceptions=True)


async def test_what_waits_is_written_together():
    disk = Disk()

    assert await told(disk, ["a", "b"], ["c"], ["d"]) == [2, 1, 1]
    assert sum(disk.groups) == 3
    assert len(disk.groups) < 3


async def test_a_group_has_an_end():
    disk = Disk()

    await told(disk, *[[str(n)] for n in range(2 * MOST)])

    assert max(disk.groups) <= MOST


async def test_what_cannot_be_stored_costs_its_neighbours_nothing():
    first, bad, last = await told(Disk(ValueError("no")), ["a"], ["bad"], ["c"])

    assert (first, type(bad), last) == (1, ValueError, 1)


async def test_a_database_that_is_away_is_told_to_all():
    outcomes = await told(Disk(StorageAway("down")), ["a"], ["bad"], ["c"])

    assert [type(outcome) for outcome in outcomes].count(StorageAway) >= 2


async def test_who_does_not_wait_any_more_stops_nobody():
    disk = Disk()
    gatherer = Gatherer(disk.write)
    gone, here = (asyncio.create_task(gatherer.add([{"id": name}])) for name in "ab")
    await asyncio.sleep(0)
    gone.cancel()
    disk.free.set()

    assert await here == 1


async def test_each_delivery_hears_how_many_of_its_rows_were_new(stores):
    deliveries = [["u-1", "u-2"], ["u-2", "u-3"], ["u-1"], ["u-4"]]

    new = await asyncio.gather(
        *(stores.inbox.add([incoming(key) for key in keys], now=NOON) for keys in deliveries)
    )

    assert new == [2, 1, 0, 1]


@pytest.mark.parametrize("many", [50])
async def test_many_at_the_first_moment_of_a_day_find_one_key(stores, many):
    new = await asyncio.gather(*(stores.inbox.add([incoming(f"u-{n}")], now=NOON) for n in range(many)))

    assert sum(new) == many
