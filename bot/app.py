"""The one place of wiring: what runs in a process, started together and ended together."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog

from bot.alert_lines import reminders, start_alerting
from bot.brake import ClockBrake
from bot.channels.web import WebChat
from bot.counting import counted_channel
from bot.courtesy import settle_in
from bot.demo import DEFAULT_CLINIC, make_clinic
from bot.editions import with_editions
from bot.foundation import Foundation, sqlite_file
from bot.front_chat import ACCOUNT, make_page_board, make_web_channel, make_web_chat, with_files_page
from bot.front_console import make_console
from bot.health import Health
from bot.lines import Line, Lines, connect
from bot.listening import take_address, take_workers_address
from bot.memory import settle
from bot.packs.taking_up import watch_packs
from bot.serving import answering
from bot.staff_chats import chat_lines
from bot.staff_day import mornings
from bot.ways import Ways
from bot.web import make_health, make_web
from bot.workers import (
    Switchboard,
    make_ticker,
    start_answering_strangers,
    start_deciding,
    start_delivering,
    start_fetching,
    start_housekeeping,
    start_sending,
)
from handlers.core.values import ChannelKind
from handlers.ports import Channel
from scheduler.housekeeping import Chore
from scheduler.outbox import Account
from scheduler.pacing import RATES, Pacer, faster
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
    base = await with_files_page(await with_editions(base))
    brake = ClockBrake(base.watch, ClockStore(base.stores.database, base.stores.vault, base.stores.clinics))
    await brake.open()
    clinic = await base.stores.clinics.get(DEFAULT_CLINIC)
    chat = await make_web_chat(base, clinic.name)
    lines = await connect(base)
    try:
        await _give_out_again(base)
        await _run(base, roles, chat, lines, brake, ready)
    finally:
        await lines.close()


async def _give_out_again(base: Foundation) -> None:
    """Free what the process before had leased: it has ended, and on SQLite nobody else can hold any."""
    if sqlite_file(base.settings) is not None:
        freed = await base.stores.database.write(free_all)
        log.info("started", freed=freed)


async def _run(
    base: Foundation,
    roles: Roles,
    chat: WebChat,
    lines: Lines,
    brake: ClockBrake,
    ready: asyncio.Event | None,
) -> None:
    settle_in(answers=roles.web)
    board = Switchboard()
    base.stores.database.subscribe(board.ring)
    base.stores.database.subscribe(partial(_wake_pages, chat))
    stop = _stop_signal()
    served = _answers(base, roles, chat, lines)
    looks = brake.run(base.settings.tick_seconds, board.ring_all)

    def start(tasks: asyncio.TaskGroup) -> None:
        tasks.create_task(looks, name="clocks")
        _start(tasks, base, roles, chat, lines, board)

    async with working(start), served:
        settle()
        if ready is not None:
            ready.set()
        await stop.wait()
        chat.hub.close()


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
    tasks: asyncio.TaskGroup, base: Foundation, roles: Roles, chat: WebChat, lines: Lines, board: Switchboard
) -> None:
    web = _account(base, ChannelKind.WEB, make_web_channel(base, chat))
    others = [_line_account(base, line) for line in lines.lines]
    start_sending(tasks, base, board, [*([web] if roles.web else []), *(others if roles.worker else [])])
    if roles.worker:
        channels = {account.kind: account.channel for account in (web, *others)}
        start_deciding(tasks, base, board, lines.parsers(), lines.notice)
        start_fetching(tasks, base, board, channels)
        chats = chat_lines(base, others)
        start_alerting(tasks, base, board, chats)
        start_delivering(tasks, base, board, chats)
        start_answering_strangers(tasks, base, board, others)
        doors = partial(ways_of(base, lines).find_doors, base.around.doors)
        uploads = Chore("uploads", timedelta(hours=6), partial(_sweep, base, chat))
        chores = [chore for line in lines.lines for chore in line.chores]
        start_housekeeping(
            tasks,
            base,
            [uploads, reminders(base), mornings(base), Chore("doors", timedelta(minutes=10), doors), *chores],
        )
        for line in lines.lines:
            for background in line.background:
                tasks.create_task(background(), name=f"{line.kind.value}-background")
    if roles.web and base.stores.database.dialect == "postgresql":
        tasks.create_task(make_page_board(base, chat).run(), name="pages")
    tasks.create_task(_tick(base, board), name="ticker")
    tasks.create_task(watch_packs(base).run(), name="packs")
    alerts = Seldom(partial(board.ring, Work.ALERTS), OTHERS_ALERTS, base.clocks.sleep)
    heard = partial(_others_wrote, board, chat, alerts)
    tasks.create_task(listen(base.stores.database, heard), name="listen")


def ways_of(base: Foundation, lines: Lines) -> Ways:
    """Return how invitations can be carried."""
    return Ways(base.settings.public_url, lines.telegram, lines.whatsapp_number)


def _account(base: Foundation, kind: ChannelKind, channel: Channel) -> Account:
    watched = counted_channel(base.failpoints.around("channel", channel), kind, base.meters)
    rates = faster(RATES[kind], base.settings.pace)
    return Account(DEFAULT_CLINIC, kind, ACCOUNT, watched, rates, pacer=Pacer(rates))


def _line_account(base: Foundation, line: Line) -> Account:
    holds = None if line.lease is None else line.lease.keep
    return replace(_account(base, line.kind, line.channel), probe=line.probe, holds=holds)


def _answers(
    base: Foundation, roles: Roles, chat: WebChat, lines: Lines
) -> AbstractAsyncContextManager[None]:
    """Return what answers HTTP while this process runs: all pages, or how a worker is."""
    if roles.web:
        console = make_console(base, ways_of(base, lines), chat.hub, lines.lines)
        pages = make_web(base, chat, console, lines, Health(base))
        return answering(pages, take_address(base.settings.host, base.settings.port))
    address = take_workers_address(base.settings.host, base.settings.worker_port)
    log.info("worker answers", port=address.getsockname()[1])
    return answering(make_health(Health(base)), address)


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


def _wake_pages(chat: WebChat, work: Work) -> None:
    if work in {Work.OUTBOX, Work.SENT}:
        chat.hub.wake_all()


def _others_wrote(board: Switchboard, chat: WebChat, alerts: Seldom) -> None:
    """Look for work of every kind: another process committed something."""
    board.ring_often()
    alerts.ask()
    chat.hub.wake_all()


async def _sweep(base: Foundation, chat: WebChat) -> None:
    await asyncio.to_thread(chat.uploads.sweep, base.now_system())
    await asyncio.to_thread(chat.drafts.sweep, base.now_system())
