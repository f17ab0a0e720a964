"""Keeps the product alive: in each slot a process is followed by the next, until it is told to stop."""

import asyncio
import signal
from contextlib import suppress

from tests.crash.lives import LONGEST, end
from tests.crash.plans import FOR_EVER, NO_TRAP

SERVED = 0.3
"""How many lives have the web part though no webhook waits: it starts more slowly."""

HOOKED = 0.3
"""How many processes with a web part have Telegram's updates come by webhook."""

ASKED = 0.1
"""How many lives meet a service that fails, as long as too few died when it is asked how it is."""

PROBE = "http:bot.channels.telegram.channel:TelegramChannel.probe"
AT_PROBES = NO_TRAP | {
    "kind": "sites", "wanted": [[PROBE, "called"], [PROBE, "answered"]], "skip": 0, "patience": FOR_EVER,
}  # fmt: skip
AT_OPENINGS = AT_PROBES | {
    "wanted": [["commit:handlers.due:Due.start", phase] for phase in ("statement", "commit")],
}

MOST_LOOKS = 4
AT_WORK = 0.3
"""Seconds after which a process that is to be stopped in its work is told so."""


class Keeper:
    """The lives of one run, a process at a time in each slot: "all", or "web" and "worker"."""

    def __init__(self, run, slots):
        self.run = run
        self.slots = slots
        self.lives = {}
        self.doomed = 0
        run.town.stage.faults.add(method="sendMessage")
        self._failing = run.town.stage.faults._rules[-1]
        self._going = asyncio.Event()

    def start(self):
        """Return the tasks that keep the slots filled."""
        return [asyncio.create_task(self._live(slot)) for slot in self.slots]

    def go_on(self):
        """Let lives begin."""
        self._going.set()

    async def stop(self):
        """End the running lives, and begin none until `go_on`."""
        self._going.clear()
        for life in self.lives.values():
            if not life.ended.is_set():
                end(life)
                await life.ended.wait()

    def renew(self):
        """End the life that works, uncounted: the next frees what waits by the machine's clock (a fetch)."""
        life = self.lives.get(self.slots[-1])
        if life is not None and not life.ended.is_set():
            end(life)

    def open(self):
        """Return how much is open by the word of the process that works it off; None if it has not said."""
        life = self.lives.get(self.slots[-1])
        return life and life.open

    async def _live(self, slot):
        run = self.run
        while True:
            await self._going.wait()
            command = self._command(slot)
            trap = self._trap(command)
            if command != "web":
                await run.let_leases_run_out()
            life = self.lives[slot] = await run.zygote.fork(
                command, trap, environment=self._environment(command, trap)
            )
            if not self._going.is_set():
                end(life)
            if trap.get("stops"):
                await asyncio.sleep(AT_WORK)
                end(life, signal.SIGTERM)
            await self._last_breath(life)
            # A failure that this life did not meet must not wait: many in a row would close the account.
            self._failing.verdicts.clear()
            if not run.plans.note(life) and not life.is_stopped:
                run.break_rule("runs-on", f"life {life.ident} ended by itself, see {run.folder}/log")
                return

    def _trap(self, command):
        plans = self.run.plans
        if self.doomed and command != "web" and not self.run.is_full:
            self.doomed -= 1
            return AT_OPENINGS
        if self.run.is_full:
            return NO_TRAP
        if command != "web" and plans.lags(PROBE) and self.run.chance.random() < ASKED:
            self._failing.verdicts.append("500")
            return AT_PROBES
        return plans.next(command)

    def _environment(self, command, trap):
        named = {"YORISOI_FAILPOINTS": trap.get("failpoints", "")}
        if command == "serve" and self.run.chance.random() < HOOKED:
            named["YORISOI_TELEGRAM_MODE"] = "webhook"
        return named

    def _command(self, slot):
        """Return what the next process of a slot does; many on SQLite have no web part."""
        if slot != "all":
            return slot
        is_wanted = self.run.is_full or bool(self.run.town.number.updates)
        return "serve" if is_wanted or self.run.chance.random() < SERVED else "worker"

    async def _last_breath(self, life):
        """Return when a life is over; one that finds nothing to die for is ended, uncounted."""
        looks = 0
        while not life.ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST):
                    await life.ended.wait()
            looks += 1
            awaits = self.run.town.pending(by_hook=life.command != "worker")
            is_idle = (life.open == 0 and not awaits) or looks > MOST_LOOKS
            if is_idle and life.command != "web" and life.order["kind"] != "none" and not life.ended.is_set():
                end(life)
