"""Keeps the product alive: in each slot a process is followed by the next, until it is told to stop."""

import asyncio
import signal
from contextlib import suppress

from tests.crash.beside import make_ready
from tests.crash.lives import LONGEST, end, processor
from tests.crash.plans import NO_TRAP, at

SERVED = 0.3
"""How many lives have the web part though no webhook waits: it starts more slowly."""

HOOKED, HOOKED_EACH = 0.3, 3
"""How many processes that do everything have Telegram's updates come by webhook; else every third time."""

ASKED = 0.25
"""How many lives meet a service that fails, as long as too few died when it is asked how it is."""

PROBE = "http:bot.channels.telegram.channel:TelegramChannel.probe"
TAKING = "commit:handlers.inbound:Inbound.take"
GIVING_BACK = "commit:storage.inbox:InboxStore.give_back"
OPENING = "commit:handlers.due:Due.start"
GIVING_UP = "commit:handlers.due:Due.give_up"
DOOMED = 3
"""After so many tries that were counted and cut off, something is given up at the next."""

MOST_ENDS = 4
"""How many lives at most die in a row where it is given up."""

FETCHING = (
    "commit:storage.documents:Fetches._settle", "commit:storage.documents:Fetches.give_back",
    "http:bot.channels.telegram.download:download", "http:bot.channels.whatsapp.client:Graph.open_file",
)  # fmt: skip
WHILE_FETCHING, LONG_ENOUGH = 16, 0.6
"""Of so many moments a life that has to bring a file in dies at one, or after so long (of a processor)."""

MOST_LOOKS, EVEN_SO = 4, 40
GROWN = 0.3
"""Seconds of a processor after which a life has begun to work: on a busy machine that takes a while."""

AT_WORK = 0.3
"""Seconds after which a process that is to be stopped in its work is told so."""


class Keeper:
    """The lives of one run, a process at a time in each slot: "all", or "web" and "worker"."""

    def __init__(self, run, slots):
        self.run = run
        self.slots = slots
        self.lives = {}
        self.doomed = []
        run.town.stage.faults.add(method="sendMessage")
        self._failing = run.town.stage.faults._rules[-1]
        self._going = asyncio.Event()

    def start(self):
        """Return the tasks that keep the slots filled."""
        return [asyncio.create_task(self._watched(slot)) for slot in self.slots]

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
        found = self._found()
        return None if found is None else sum(found.values())

    def waits_to_fetch(self):
        """Say whether nothing is open but files, whose next try has its moment on the machine's clock."""
        found = self._found() or {}
        return found.get("documents", 0) > 0 and sum(found.values()) == found["documents"]

    def _found(self):
        life = self.lives.get(self.slots[-1])
        return life and life.open

    async def _watched(self, slot):
        """Keep a slot filled; if that breaks down, say so: with nobody alive the run would wait for ever."""
        try:
            await self._live(slot)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the end of this run
            self.run.faults.append(f"the harness itself broke down, nobody is {slot} any more: {error!r}")

    async def _live(self, slot):
        run = self.run
        while True:
            await self._going.wait()
            command = self._command(slot)
            worn = 0 if command == "web" else await make_ready(run.database.url)
            trap = self._trap(command, worn)
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

    def doom(self, site, end):
        """Let what is worked off at `site` fail until it is given up at `end`, where lives die as well."""
        plans = self.run.plans
        if plans.is_open_to(site, end):
            self.doomed = [at(site, phases=("statement", "commit"))] * DOOMED
            self.doomed += [at(end)] * min(MOST_ENDS, plans.lack(end))

    def _trap(self, command, worn):
        plans = self.run.plans
        if self.run.is_full:
            return NO_TRAP
        if self.doomed and command != "web":
            return self.doomed.pop(0)
        if worn and plans.is_open_to(*FETCHING):
            skip = self.run.chance.randrange(WHILE_FETCHING)
            return at(*FETCHING) | {"skip": skip, "patience": LONG_ENOUGH}
        if command != "web" and plans.lags(PROBE) and self.run.chance.random() < ASKED:
            self._failing.verdicts.append("500")
            return at(PROBE)
        return plans.next(command)

    def _environment(self, command, trap):
        named = {"YORISOI_FAILPOINTS": trap.get("failpoints", "")}
        is_hooked = self.run.chance.random() < HOOKED if command == "serve" else self._is_hooked_cohort()
        if is_hooked:
            named["YORISOI_TELEGRAM_MODE"] = "webhook"
        return named

    def _is_hooked_cohort(self):
        """Say whether the processes beside each other all have Telegram's updates come by webhook for now.

        It changes where all of them have been stopped: before a cohort's intake, and before its check-ins.
        """
        times = 2 * self.run.cohorts + (self.run.cohort[0].phase != "intake")
        return len(self.slots) > 1 and times % HOOKED_EACH == 1

    def _command(self, slot):
        """Return what the next process of a slot does; many on SQLite have no web part."""
        if slot != "all":
            return slot
        is_wanted = self.run.is_full or bool(self.run.town.number.updates)
        return "serve" if is_wanted or self.run.chance.random() < SERVED else "worker"

    async def _last_breath(self, life):
        """Return when a life is over; one that finds nothing to die for is ended, uncounted."""
        looks = of_grown = 0
        while not life.ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST):
                    await life.ended.wait()
            looks += 1
            of_grown += processor(life) > GROWN
            awaits = self.run.town.pending(by_hook=life.command != "worker")
            is_open = life.open is None or any(life.open.values())
            is_idle = not (is_open or awaits) or of_grown > MOST_LOOKS or looks > EVEN_SO
            if is_idle and life.command != "web" and life.order["kind"] != "none" and not life.ended.is_set():
                end(life)
