"""`yorisoi chat`: the same conversation in this terminal, on a data folder of its own."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rich.console import Console

from bot.channels.memory import MemoryChannel
from bot.channels.web.raw import Item, Sendable, pack, parse
from bot.demo import DEFAULT_CLINIC, make_clinic, move_clock
from bot.foundation import Foundation
from bot.workers import Switchboard, start_deciding, start_fetching, start_sending
from handlers.core.events import Started
from handlers.core.messages import Body
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import Incoming
from handlers.treatment import Treatment
from scheduler.outbox import Account

ACCOUNT = "main"
ADDRESS = "here"
HELP = (
    "Type an answer, or the number of a choice. /file PATH sends a file, /treated 2026-11-24 enters a"
    " treatment date, /jump goes to the next check-in, /quit leaves."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """The terminal's conversation and what moves it."""

    base: Foundation
    channel: MemoryChannel
    console: Console

    async def send(self, what: Sendable) -> None:
        """Bring one typed thing into the inbox."""
        now = self.base.clock.now()
        item = Item(self.base.ids.new(), now, what)
        incoming = Incoming(DEFAULT_CLINIC, ChannelKind.TERMINAL, ACCOUNT, item.id, ADDRESS, pack(item), now)
        await self.base.stores.inbox.add([incoming], now=now)

    async def treated(self, argument: str) -> None:
        """Enter the treatment date as a coordinator would, and show the plan."""
        case = await self.base.stores.uow.case_at(DEFAULT_CLINIC, self._point())
        if case is None:
            return
        treatment = Treatment(self.base.stores.uow, self.base.around.world)
        local = argument if "T" in argument else f"{argument}T10:00"
        try:
            planned = await treatment.enter_date(
                DEFAULT_CLINIC, case.patient.id, "infusion", local, case.clinic.zone, "terminal"
            )
        except ValueError as error:
            self.console.print(f"[red]{error}[/red]")
            return
        for follow_up in planned:
            self.console.print(f"[dim]{follow_up.step}: {follow_up.local} {follow_up.zone}[/dim]")

    async def jump(self, argument: str) -> None:
        """Move business time to the next planned check-in."""
        due = await self.base.stores.follow_ups.next_due()
        if due is None:
            self.console.print("[dim]Nothing is planned yet: enter a date with /treated.[/dim]")
            return
        then = max(due, self.base.clock.now())
        await move_clock(self.base, then)
        self.console.print(f"[dim]It is now {then:%d %B %Y %H:%M} UTC.[/dim]")

    def _point(self) -> ContactPoint:
        return ContactPoint(ChannelKind.TERMINAL, ACCOUNT, ADDRESS)


async def chat(base: Foundation, read_line: Callable[[], Awaitable[str | None]] | None = None) -> None:
    """Talk until /quit or the end of the input."""
    console = Console(highlight=False)
    await make_clinic(base)
    channel = MemoryChannel(lambda body: _show(console, body))
    desk = Desk(base, channel, console)
    board = Switchboard()
    base.stores.database.subscribe(board.ring)
    account = Account(DEFAULT_CLINIC, ChannelKind.TERMINAL, ACCOUNT, channel)
    console.print(f"[dim]{HELP}[/dim]")
    async with asyncio.TaskGroup() as tasks:
        start_deciding(tasks, base, board, {ChannelKind.TERMINAL: parse})
        start_fetching(tasks, base, board, {ChannelKind.TERMINAL: channel})
        start_sending(tasks, base, board, [account])
        workers = asyncio.all_tasks() - {asyncio.current_task()}
        await desk.send(Started())
        await _listen(desk, read_line or _stdin_line)
        for worker in workers:
            worker.cancel()


async def _listen(desk: Desk, read_line: Callable[[], Awaitable[str | None]]) -> None:
    while (line := await read_line()) is not None:
        text = line.strip()
        command, _, argument = text.partition(" ")
        if command in {"/quit", "/exit"}:
            return
        if command == "/treated":
            await desk.treated(argument.strip())
        elif command == "/jump":
            await desk.jump(argument)
        elif text:
            await desk.send(desk.channel.heard(text))


async def _stdin_line() -> str | None:
    return await asyncio.to_thread(sys.stdin.readline) or None


def _show(console: Console, body: Body) -> None:
    console.print()
    console.print(body.text, style="bold", markup=False)
    for number, button in enumerate(body.choices, start=1):
        mark = "✓" if button.picked else " "
        console.print(f" {mark}{number}. {button.label}", markup=False)
        if button.detail:
            console.print(f"     {button.detail}", style="dim", markup=False)
    if body.keys:
        console.print(
            "  [" + "] [".join(button.label for button in body.keys) + "]", style="dim", markup=False
        )
