"""`yorisoi chat`: the same conversation in this terminal, on a data folder of its own."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC

from rich.console import Console

from bot.app import working
from bot.channels.memory import MemoryChannel
from bot.channels.printed import print_body
from bot.channels.web.raw import Item, Sendable, pack, parse
from bot.demo import make_clinic, move_clock
from bot.editions import with_editions
from bot.foundation import Foundation
from bot.speech import Speech
from bot.workers import Switchboard, start_deciding, start_fetching, start_sending
from handlers.core.events import Started
from handlers.core.messages import Body
from handlers.core.values import ChannelKind, ContactPoint
from handlers.ports import Incoming
from handlers.treatment import Treatment
from locales import date_in_words
from scheduler.loop import decide_again
from scheduler.outbox import Account
from storage.gauges import gauges

ACCOUNT = "main"
ADDRESS = "here"
PATIENCE = 10.0
"""Seconds that an answer is waited for before the next line is read."""
GLANCE = 0.02
"""Seconds between two looks whether the answer is there."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The terminal's conversation and what moves it."""

    base: Foundation
    channel: MemoryChannel
    console: Console
    speech: Speech

    async def send(self, what: Sendable) -> None:
        """Bring one typed thing into the inbox."""
        now = self.base.clock.now()
        item = Item(self.base.ids.new(), now, what)
        incoming = Incoming(
            self.base.clinic, ChannelKind.TERMINAL, ACCOUNT, item.id, ADDRESS, pack(item), now
        )
        await self.base.stores.inbox.add([incoming], now=now)

    async def treated(self, argument: str) -> None:
        """Enter the treatment date as a coordinator would, and show the plan."""
        case = await self.base.stores.uow.case_at(self.base.clinic, self._point())
        if case is None:
            self._note(self.speech.say("cli.chat.no_case"))
            return
        patient, zone = case.patient.id, case.clinic.zone
        treatment = Treatment(self.base.stores.uow, self.base.world)
        local = argument if "T" in argument else f"{argument}T10:00"
        try:
            # What was typed just before may still be worked off: then the case has changed in between.
            planned = await decide_again(
                lambda: treatment.enter_date(self.base.clinic, patient, "infusion", local, zone, "terminal")
            )
        except ValueError as error:
            self._note(self.speech.of(str(error)), style="red")
            return
        for one in planned:
            self._note(self.speech.say("cli.chat.planned", step=one.step, local=one.local, zone=one.zone))

    async def jump(self, argument: str) -> None:
        """Move business time to the next planned check-in."""
        due = await self.base.stores.follow_ups.next_check_in()
        if due is None:
            self._note(self.speech.say("cli.chat.nothing_planned"))
            return
        then = max(due, self.base.clock.now())
        await move_clock(self.base, then)
        day = date_in_words(then.astimezone(UTC).date(), self.speech.catalog.language)
        self._note(self.speech.say("cli.chat.now", date=day, time=f"{then.astimezone(UTC):%H:%M}"))

    async def settle(self) -> None:
        """Return when everything that was typed is answered, or after a while in any case."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while await self._is_busy():  # noqa: ASYNC110  no bell rings for an empty queue
                    await asyncio.sleep(GLANCE)

    def _note(self, text: str, *, style: str = "dim") -> None:
        self.console.print(text, style=style, markup=False)

    async def _is_busy(self) -> bool:
        now = self.base.clock.now()
        waiting = await self.base.stores.database.read(lambda conn: gauges(conn, now))
        return any(waiting[name] for name in ("inbox_pending", "outbox_due", "outbox_inflight"))

    def _point(self) -> ContactPoint:
        return ContactPoint(ChannelKind.TERMINAL, ACCOUNT, ADDRESS)


async def chat(
    base: Foundation, speech: Speech, read_line: Callable[[], Awaitable[str | None]] | None = None
) -> None:
    """Talk until /quit or the end of the input; `speech` says what is not the conversation's own."""
    console = Console(highlight=False)
    await make_clinic(base)
    base = await with_editions(base)
    channel = MemoryChannel(lambda body: _show(console, body))
    desk = Desk(base, channel, console, speech)
    board = Switchboard()
    base.stores.database.subscribe(board.ring)
    account = Account(base.clinic, ChannelKind.TERMINAL, ACCOUNT, channel)
    for key in ("cli.chat.help", "cli.chat.moment"):
        console.print(speech.say(key), style="dim", markup=False)

    def start(tasks: asyncio.TaskGroup) -> None:
        start_deciding(tasks, base, board, {ChannelKind.TERMINAL: parse})
        start_fetching(tasks, base, board, lambda _: channel)
        start_sending(tasks, base, board, [account])

    async with working(start):
        await desk.send(Started(language=speech.asked))
        await desk.settle()
        await _listen(desk, read_line or _stdin_line)


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
            # The next line may be there already: it is meant for what is asked then.
            await desk.settle()


async def _stdin_line() -> str | None:
    return await asyncio.to_thread(sys.stdin.readline) or None


def _show(console: Console, body: Body) -> None:
    """Print a message in one piece: nothing of another comes in between, and who reads it has all of it."""
    with console:
        print_body(console, body)
