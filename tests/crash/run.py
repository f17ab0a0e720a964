"""One run: a clinic with patients in cohorts, whose product is killed again and again until all is answered."""

import asyncio
import random
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.clock import jump
from bot.desk_commands import enrol, invite, patients
from bot.foundation import foundation
from bot.lines import connect
from bot.app import ways_of
from bot.demo import DEFAULT_CLINIC, make_clinic
from bot.settings import read_settings
from storage.export import Export
from tests.crash.lives import LEASE, LONGEST, SHIFT, Zygote, end
from tests.crash.oracle import figures, gather, judge
from tests.crash.pack import STEPS, write_pack
from tests.crash.people import Crowd, OnTelegram, OnWhatsApp
from tests.crash.plans import Plans
from tests.crash.town import Town
from tests.journeys.product import free_port

BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Ten in the morning in Tokyo, where the clinic is."""

AFTER_ALL = timedelta(days=220)
QUIET = 3
"""So many looks in a row must find nothing to do before the clock goes on."""

SERVED = 0.5
"""How many lives have the web part, which takes webhooks but starts more slowly."""

PAUSE = timedelta(minutes=11)
"""Longer than WhatsApp is given to tell by a receipt what became of a message."""

MOST_PAUSES = 4
SAY = 10.0
STUCK = 40.0


class Run:
    """Everything of one run; `kills` says how many are wanted."""

    def __init__(self, folder, database_url, kills, *, seed, say):
        """Take a folder of this run's own and the URL of an empty database."""
        self.folder = folder
        self.database_url = database_url
        self.wanted = kills
        self.chance = random.Random(seed)
        self.say = say
        self.plans = Plans(self.chance)
        self.town = Town(folder / "ledger.jsonl")
        self.crowd = Crowd(self.town)
        self.faults = []
        self.figures = {}
        self.cohort = []
        self.now = BEGIN
        self.port = free_port()
        is_sqlite = database_url.startswith("sqlite")
        self.zygote = Zygote(folder, self._environment(), shift=0 if is_sqlite else SHIFT)
        self.slots = ("all",) if is_sqlite else ("web", "worker")
        self.lives = {}
        self._going = asyncio.Event()
        self._said = 0.0

    @property
    def is_full(self):
        return self.plans.total >= self.wanted

    async def go(self, size):
        """Run cohorts of `size` patients until there were enough kills; the last one is told to its end."""
        self._move(BEGIN)
        await self._make_clinic()
        await self.town.open(f"http://127.0.0.1:{self.port}/webhooks/whatsapp/main")
        await self.zygote.start()
        listening = asyncio.create_task(self.crowd.listen())
        living = [asyncio.create_task(self._live(slot)) for slot in self.slots]
        try:
            while not self.is_full:
                await self._tell_one(size)
        finally:
            await self._stop()
            for task in (listening, *living):
                task.cancel()
            await asyncio.gather(listening, *living, return_exceptions=True)
            await self.zygote.stop()
            await self.town.close()

    async def _tell_one(self, size):
        """Let a cohort go through the intake and its three check-ins."""
        self.cohort = [self._newcomer() for _ in range(size)]
        self._going.set()
        for person in self.cohort:
            await person.starts()
        await self._until_quiet()
        await self._stop()
        due = await self._enrol()
        for step, _, _ in STEPS:
            for person in self.cohort:
                person.phase, person.last = step, None
            self._move(max(due[step]) + timedelta(minutes=1))
            self._going.set()
            await self._until_quiet()
        await self._stop()
        await self._judge()
        self._move(self.now + timedelta(days=2))

    async def _live(self, slot):
        """Start one life after the other in this slot while the story goes on."""
        while True:
            await self._going.wait()
            command = self._command(slot)
            trap = {"kind": "none", "after": 0} if self.is_full else self.plans.next(command)
            named = {"YORISOI_FAILPOINTS": trap.get("failpoints", "")}
            life = self.lives[slot] = await self.zygote.fork(command, trap, environment=named)
            if not self._going.is_set():
                end(life)
            await self._last_breath(life)
            if not self.plans.note(life) and not life.is_stopped:
                self.faults.append(f"runs-on: life {life.ident} ended by itself, see {self.folder}/log")
                return

    def _command(self, slot):
        """Return what the next process of a slot does; half of those on SQLite have no web part."""
        if slot != "all":
            return slot
        return "serve" if self.is_full or self.chance.random() < SERVED else "worker"

    async def _last_breath(self, life):
        """Return when a life is over; one that finds nothing to die for is ended, uncounted."""
        while not life.ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST):
                    await life.ended.wait()
            is_idle = life.open == 0 and life.command != "web" and life.order["kind"] != "none"
            if is_idle and not life.ended.is_set():
                end(life)

    async def _stop(self):
        """End the running lives, and start none until `_going` is set."""
        self._going.clear()
        for life in self.lives.values():
            if not life.ended.is_set():
                end(life)
                await life.ended.wait()

    async def _until_quiet(self):
        """Return when everybody has answered and nothing is open, however often the product dies.

        What waits for a receipt or for the next try has its moment in business time: where nothing else
        is left to do, that time is let pass.
        """
        quiet, since, mark, passed = 0, time.monotonic(), None, 0
        while quiet < QUIET:
            await asyncio.sleep(0.1)
            if self.faults:
                raise RuntimeError(self.faults[-1])
            self._tell_how_far()
            is_open = self._open() != 0 or self.town.pending()
            quiet = 0 if is_open or self._left() and passed < MOST_PAUSES else quiet + 1
            if mark != (mark := self._mark()):
                since = time.monotonic()
            elif time.monotonic() - since > STUCK:
                raise RuntimeError(f"stuck: {self._left()} have not answered, {mark}")
            elif not is_open and time.monotonic() - since > 1:
                passed, since = passed + 1, time.monotonic()
                self._move(self.now + PAUSE)

    def _left(self):
        """Return how many have not answered what they are asked now."""
        return sum(not person.is_done for person in self.cohort)

    def _mark(self):
        return self._left(), self.town.pending(), self._open(), self.plans.total

    def _open(self):
        """Return how much is open by the word of the process that works it off; None if it has not said."""
        life = self.lives.get(self.slots[-1])
        return life and life.open

    def _tell_how_far(self):
        if time.monotonic() - self._said < SAY:
            return
        self._said = time.monotonic()
        self.say(
            f"{self.plans.total:6} of {self.wanted} kills, {len(self.crowd.people)} patients,"
            f" {self._left()} have still to answer {self.cohort[0].phase}"
        )

    def _newcomer(self):
        number = len(self.crowd.people) + 1
        kind = OnWhatsApp if number % 3 == 0 else OnTelegram
        code = self.codes["whatsapp" if kind is OnWhatsApp else "telegram"]
        person = kind(self.town, number, random.Random(number), invitation=code)
        self.crowd.add(person)
        return person

    def _move(self, moment):
        self.now = moment
        self.town.stage.set_clock(moment.timestamp())
        jump(self.folder / "clock", moment)

    async def _make_clinic(self):
        async with foundation(self._settings()) as base:
            await make_clinic(base)
            lines = await connect(base)
            links = await invite(base, ways_of(base, lines), is_open=True)
            await lines.close()
        code = links[0]["url"].rpartition("/")[2]
        self.codes = {"telegram": code, "whatsapp": code}

    async def _enrol(self):
        """Enter everybody's treatment date; return when each step is due."""
        async with foundation(self._settings(), migrate=False) as base:
            answers = [row async for row in self._export(base).rows(DEFAULT_CLINIC, "answers")]
            codes = {row["patient"]: row["code"] for row in await patients(base)}
            ids = {row["value"]: row["patient"] for row in answers if row["link_id"] == "note"}
            due = {step: [] for step, _, _ in STEPS}
            for person in self.cohort:
                person.patient = ids.get(person.token)
                if person.patient is None:
                    self.faults.append(f"answer-once: {person.token} is not stored")
                    continue
                planned = await enrol(base, codes[person.patient], "infusion", f"{self.now:%Y-%m-%dT%H:%M}", "UTC")
                person.due = tuple(row["step"] for row in planned)
                for row in planned:
                    due[row["step"]].append(datetime.fromisoformat(row["due_at"]))
            return due

    async def _judge(self):
        """Hold what is stored against what was seen; everybody who took part until now is judged."""
        updates, self.town.updates[:] = list(self.town.updates), []
        async with foundation(self._settings(), migrate=False) as base:
            evidence = await gather(base, self.town, self.cohort, updates)
        self.figures = figures(evidence)
        self.faults += [f"{name}: {seen}" for name, seen in judge(evidence)]

    def _export(self, base):
        return Export(base.stores.database, base.stores.vault, base.stores.clinics)

    def _settings(self):
        return read_settings({**self._environment()})

    def _environment(self):
        settings = {
            "ENV": "test",
            "DATABASE_URL": self.database_url,
            "STORAGE_URL": f"file://{self.folder}/files",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "CLOCK_FILE": str(self.folder / "clock"),
            "PACK": str(write_pack(self.folder / "pack")),
            "TICK_SECONDS": "1",
            "LEASE_SECONDS": str(LEASE),
            "SEND_TIMEOUT_SECONDS": "0.9",
            "PACE": "1000",
        } | self.town.settings()
        named = {f"YORISOI_{name}": value for name, value in settings.items()}
        return named | {"HOST": "127.0.0.1", "PORT": str(self.port)}
