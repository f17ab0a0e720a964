"""Which chat pages are open, told between web processes."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import ClassVar

import pytest

from bot.channels.web import Hub
from bot.clock import system_now
from bot.page_board import PageBoard
from handlers.core.case import Clinic
from handlers.core.values import ChannelKind, ContactPoint
from storage.clinics import Clinics
from storage.engine import open_database
from storage.keys import Vault
from storage.open_pages import OpenPages
from tests.journeys.waiting import until

pytestmark = pytest.mark.postgres


class Clock:
    def __init__(self):
        self.ahead = timedelta(0)

    def now(self):
        return system_now() + self.ahead


@pytest.fixture
async def clock():
    return Clock()


@pytest.fixture
async def boards(postgres_url, clock):
    """Two web processes of one clinic."""
    databases = [open_database(postgres_url) for _ in range(2)]
    await Clinics(databases[0], Vault(b"m" * 32)).create(Clinic("default", "C", "pack"), now=clock.now())
    made = Boards(board_on(database, clock) for database in databases)
    made.running = [asyncio.create_task(board.run()) for board in made]
    yield made
    for task in made.running:
        await stop(task)
    for database in databases:
        await database.close()


class Boards(list):
    running: ClassVar = []


async def stop(task):
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def board_on(database, clock):
    vault = Vault(b"m" * 32)
    chat = SimpleNamespace(
        clinic="default",
        hub=Hub(clock.now),
        now_system=clock.now,
        point=lambda address: ContactPoint(ChannelKind.WEB, "main", address),
    )
    return PageBoard(chat, OpenPages(database, vault, Clinics(database, vault)))


async def test_a_page_that_hangs_on_another_process_counts_as_open(boards):
    here, there = boards

    with here.chat.hub.watch("maria"):
        await until(lambda: there.is_open("maria"), "the other process knew of the page")

    assert not await there.is_open("somebody else")


async def test_a_page_that_was_left_counts_for_a_minute_elsewhere_too(boards, clock):
    here, there = boards
    with here.chat.hub.watch("maria"):
        await until(lambda: there.is_open("maria"), "the other process knew of the page")

    clock.ahead = timedelta(seconds=61)

    assert not await there.is_open("maria")


async def test_a_process_that_stops_vouches_for_its_pages_no_more(boards):
    here, there = boards
    with here.chat.hub.watch("maria"):
        await until(lambda: there.is_open("maria"), "the other process knew of the page")

        await stop(boards.running[0])

    assert not await there.is_open("maria")


async def test_a_page_that_came_back_to_another_process_stays_open_when_the_first_one_stops(boards, clock):
    here, there = boards
    with here.chat.hub.watch("maria"):
        await until(lambda: there.is_open("maria"), "the other process knew of the page")
    clock.ahead = timedelta(seconds=1)
    with there.chat.hub.watch("maria"):
        await until(lambda: told(there, "maria"), "the other process told of the page")

        await stop(boards.running[0])

        assert await here.is_open("maria")


async def told(board, address):
    return address in board._told
