"""The one place of wiring: what runs in a process, started together and ended together."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot.alert_lines import reminders, start_alerting
from bot.brake import ClockBrake
from bot.chores import start_housekeeping
from bot.courtesy import settle_in
from bot.demo import make_clinic
from bot.foundation import Foundation, sqlite_file
from bot.front_chat import make_page_board
from bot.health import Health
from bot.held_watch import watch_held
from bot.hosts import pages_of
from bot.houses import Houses, open_houses
from bot.listening import take_address, take_workers_address
from bot.memory import settle
from bot.packs.taking_up import watch_packs
from bot.rationing import rationing_of
from bot.serving import answering
from bot.staff_chats import chat_lines
from bot.staff_day import mornings
from bot.web import make_health
from bot.workers import (
    Beside,
    Switchboard,
    make_ticker,
    start_answering_strangers,
    start_deciding,
    start_delivering,
    start_fetching,
    start_sending,
)
from scheduler.outbox import Account
from scheduler.wake import Seldom
from storage.clocks import ClockStore
from storage.restart import free_all
from storage.states import Wake as Work
from storage.wakeups import listen

log = structlog.get_logger(__name__)
OTHERS_ALERTS = timedelta(milliseconds=500)
"""How long after another process's commit we look whether it alerts staff."""


@dataclass(frozen=True, slots=True)
class Roles:
    """What a process does. Messages to the web chat leave from the web process: it has the pages."""

    web: bool = True
    worker: bool = True


async def run(base: Foundation, roles: Roles, ready: asyncio.Event | None = None) -> None:
    """Run the roles of this process until SIGTERM or SIGINT, then stop within ten seconds.

    `ready` is set once requests are answered.
    """
    await make_clinic(base)
    brake = ClockBrake(base.watch, ClockStore(base.stores.database, base.stores.vault, base.stores.clinics))
    await brake.open()
    async with AsyncExitStack() as closing:
        houses = await open_houses(base, closing)
        await _give_out_again(base)
        await _run(base, roles, houses, brake, ready)


async def _give_out_again(base: Foundation) -> None:
    """Free what the process before had leased: it has ended, and on SQLite nobody else can hold any."""
    if sqlite_file(base.settings) is not None:
        freed = await base.stores.database.write(free_all)
        log.info("started", freed=freed)


async def _run(
    base: Foundation, roles: Roles, houses: Houses, brake: ClockBrake, ready: asyncio.Event | None
) -> None:
    settle_in(answers=roles.web)
    board = Switchboard()
    base.stores.database.subscribe(board.ring)
    base.stores.database.subscribe(partial(_wake_pages, houses))
    stop = _stop_signal()
    served = _answers(base, roles, houses)
    looks = brake.run(base.settings.tick_seconds, board.ring_all)

    def start(tasks: asyncio.TaskGroup) -> None:
        tasks.create_task(looks, name="clocks")
        _start(tasks, base, roles, houses, board)

    async with working(start), served:
        settle()
        if ready is not None:
            ready.set()
        await stop.wait()
        houses.close_pages()


@asynccontextmanager
async def working(start: Callable[[asyncio.TaskGroup], object]) -> AsyncIterator[None]:
    """Run the workers that `start` starts while the body runs, then stop them.

    Only they are cancelled: what they have under way (a send, a file) they end themselves.
    """
    async with asyncio.TaskGroup() as tasks:
        before = asyncio.all_tasks()
        start(tasks)
        workers = asyncio.all_tasks() - before
        yield
        for worker in workers:
            worker.cancel()


def _start(
    tasks: asyncio.TaskGroup, base: Foundation, roles: Roles, houses: Houses, board: Switchboard
) -> None:
    pages = [house.web for house in houses.all] if roles.web else []
    others = [account for house in houses.all for account in house.others]
    start_sending(tasks, base, board, [*pages, *(others if roles.worker else [])])
    if roles.worker:
        _start_working(tasks, base, houses, board, others)
    if roles.web and base.stores.database.dialect == "postgresql":
        for house in houses.all:
            tasks.create_task(make_page_board(house.base, house.chat).run(), name="pages")
    tasks.create_task(_tick(base, board), name="ticker")
    tasks.create_task(watch_packs(base).run(), name="packs")
    alerts = Seldom(partial(board.ring, Work.ALERTS), OTHERS_ALERTS, base.clocks.sleep)
    heard = partial(_others_wrote, board, houses, alerts)
    tasks.create_task(listen(base.stores.database, heard), name="listen")


def _start_working(
    tasks: asyncio.TaskGroup,
    base: Foundation,
    houses: Houses,
    board: Switchboard,
    accounts: Sequence[Account],
) -> None:
    beside = Beside(houses.notice(), rationing_of(base, accounts))
    start_deciding(tasks, base, board, houses.parsers(), beside)
    start_fetching(tasks, base, board, houses.channel_of())
    chats = chat_lines(base, accounts)
    start_alerting(tasks, base, board, chats)
    start_delivering(tasks, base, board, chats)
    start_answering_strangers(tasks, base, board, accounts)
    chores = [chore for house in houses.all for chore in house.chores()]
    start_housekeeping(tasks, base, [reminders(base), mornings(base), *chores])
    look = watch_held(base, timedelta(seconds=base.settings.tick_seconds))
    tasks.create_task(look.run(), name="held")
    for house in houses.all:
        for line in house.lines.lines:
            for background in line.background:
                tasks.create_task(background(), name=f"{line.kind.value}-background")


def _answers(base: Foundation, roles: Roles, houses: Houses) -> AbstractAsyncContextManager[None]:
    """Return what answers HTTP while this process runs: all pages, or how a worker is."""
    health = Health(base)
    if roles.web:
        address = take_address(base.settings.host, base.settings.port)
        return answering(pages_of(houses.all, health), address)
    address = take_workers_address(base.settings.host, base.settings.worker_port)
    log.info("worker answers", port=address.getsockname()[1])
    return answering(make_health(health), address)


async def _tick(base: Foundation, board: Switchboard) -> None:
    ticker = make_ticker(base, board)
    ticker.start()
    try:
        await asyncio.Event().wait()
    finally:
        ticker.stop()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


def _wake_pages(houses: Houses, work: Work) -> None:
    if work in {Work.OUTBOX, Work.SENT}:
        houses.wake_pages()


def _others_wrote(board: Switchboard, houses: Houses, alerts: Seldom) -> None:
    """Look for work of every kind: another process committed something."""
    board.ring_often()
    alerts.ask()
    houses.wake_pages()
