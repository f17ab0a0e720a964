"""One run: a clinic with patients in cohorts, whose product is killed until all is answered."""

import asyncio
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.app import ways_of
from bot.clock import jump
from bot.demo import DEFAULT_CLINIC, make_clinic
from bot.desk_commands import invite, patients
from bot.foundation import foundation
from bot.lines import connect
from bot.settings import read_settings
from storage.export import Export
from tests.crash.lives import LEASE, LONGEST, SHIFT, Zygote, end
from tests.crash.oracle import NAMES, figures, gather, judge
from tests.crash.pack import STEPS, write_pack
from tests.crash.people import Crowd, OnTelegram, OnWhatsApp
from tests.crash.plans import Plans
from tests.crash.scope import HIT
from tests.crash.town import Town
from tests.crash.trace import NoTrace, trace
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

FAILED_FETCHES = 0.2
JUDGED_EACH = 5
MOST_PAUSES = 4
MOST_TRIES = 20
AGAIN = 0.7
DESK_ROUNDS = 3
NEW_DAY = 2.0
"""Seconds after which another day begins in the intake, as long as few died at the making of its key."""

DAY_KEY = "commit:storage.day_keys:DayKeys.at"
NO_TRAP = {"kind": "none", "after": 0}
HOOKED = 0.3
"""How many processes with a web part have Telegram's updates come by webhook."""

SAY = 10.0
STUCK = 40.0


class Run:
    """Everything of one run; `kills` says how many are wanted."""

    def __init__(self, folder, database_url, kills, *, seed, say, minutes=0):
        """Take a folder of this run's own and the URL of an empty database."""
        self.folder = folder
        self.database_url = database_url
        self.wanted = kills
        self.chance = random.Random(seed)
        self.say = say
        self.plans = Plans(self.chance)
        self.town = Town(folder / "ledger.jsonl")
        self.crowd = Crowd(self.town)
        self.latest = time.monotonic() + minutes * 60 if minutes else float("inf")
        self.faults = []
        self.broken = Counter(dict.fromkeys((*NAMES, "runs-on"), 0))
        self.sums = Counter()
        self.told = 0
        self.cohorts = 0
        self.unjudged = []
        self.cohort = []
        self.order = None
        self.now = BEGIN
        self.port = free_port()
        self.is_sqlite = database_url.startswith("sqlite")
        self.zygote = Zygote(folder, self._environment(), shift=0 if self.is_sqlite else SHIFT)
        self.slots = ("all",) if self.is_sqlite else ("web", "worker")
        self.lives = {}
        self._going = asyncio.Event()
        self._said = self._day_began = 0.0

    @property
    def is_full(self):
        return self.plans.total >= self.wanted or time.monotonic() > self.latest

    async def go(self, size):
        """Run cohorts of `size` patients until there were enough kills; the last one is told to its end."""
        self._move(BEGIN)
        await self._make_clinic()
        for method in ("getFile", "download", "media"):
            self.town.stage.faults.add(method=method, mix={"500": FAILED_FETCHES}, seed=1)
        await self.town.open(f"http://127.0.0.1:{self.port}/webhooks/whatsapp/main")
        await self.zygote.start()
        listening = asyncio.create_task(self.crowd.listen())
        living = [asyncio.create_task(self._live(slot)) for slot in self.slots]
        try:
            while not self.is_full:
                await self._tell_one(size)
            await self._watch_the_order()
        finally:
            await self._stop()
            for task in (listening, *living):
                task.cancel()
            await asyncio.gather(listening, *living, return_exceptions=True)
            await self.zygote.stop()
            await self.town.close()

    async def _watch_the_order(self):
        """Run the product once more, unharmed, and see in which order it keeps and acknowledges."""
        try:
            self.order = await trace(self)
        except NoTrace as reason:
            self.say(f"NO TRACE OF SYSTEM CALLS: {reason}")

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
        self.unjudged += self.cohort
        self.cohorts += 1
        if self.is_full or self.cohorts % JUDGED_EACH == 0:
            await self._judge()
        self._move(self.now + timedelta(days=2))

    async def _live(self, slot):
        """Start one life after the other in this slot while the story goes on."""
        while True:
            await self._going.wait()
            command = self._command(slot)
            trap = NO_TRAP if self.is_full else self.plans.next(command)
            named = {"YORISOI_FAILPOINTS": trap.get("failpoints", "")}
            if command == "serve" and self.chance.random() < HOOKED:
                named["YORISOI_TELEGRAM_MODE"] = "webhook"
            life = self.lives[slot] = await self.zygote.fork(command, trap, environment=named)
            if not self._going.is_set():
                end(life)
            if trap.get("stops"):
                await asyncio.sleep(0.3)
                end(life, signal.SIGTERM)
            await self._last_breath(life)
            if not self.plans.note(life) and not life.is_stopped:
                self.break_rule("runs-on", f"life {life.ident} ended by itself, see {self.folder}/log")
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
            quiet = 0 if is_open or (self._left() and passed < MOST_PAUSES) else quiet + 1
            if mark != (mark := self._mark()):
                since = time.monotonic()
            elif time.monotonic() - since > STUCK:
                raise RuntimeError(f"stuck: {self._left()} have not answered, {mark}")
            elif self._wants_another_day():
                self._day_began = time.monotonic()
                self._move(self.now + timedelta(days=1))
            elif not is_open and time.monotonic() - since > 1:
                passed, since = passed + 1, time.monotonic()
                self._move(self.now + PAUSE)

    def _wants_another_day(self):
        few = self.plans.at(DAY_KEY) * len(HIT) < self.plans.total
        return few and self.cohort[0].phase == "intake" and time.monotonic() - self._day_began > NEW_DAY

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
            f" {self._left()} have still to answer {self.cohort[0].phase}; open {self._open()},"
            f" {self.town.pending()} updates on their way"
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
        """Enter everybody's treatment date, by commands that are killed as well; return the due times."""
        codes = await self._codes()
        for number in range(DESK_ROUNDS):
            await self._command_line("invite", {"is_open": True})
            email = f"s{len(self.crowd.people)}-{number}@clinic.example"
            await self._command_line("staff_add", {"email": email})
        at = f"{self.now:%Y-%m-%dT%H:%M}"
        for person in self.cohort:
            code = codes.get(person.token)
            if code is None:
                self.break_rule("answer-once", f"{person.token} is not stored")
                continue
            person.patient = code[0]
            words = {"patient": code[1], "date": at, "kind": "infusion", "zone": "UTC"}
            await self._command_line("enrol", words)
            await self._command_line("summary", {"code": code[1]})
        async with foundation(self._settings(), migrate=False) as base:
            rows = [row async for row in self._export(base).rows(DEFAULT_CLINIC, "follow_ups")]
        due = {step: [] for step, _, _ in STEPS}
        for person in self.cohort:
            planned = [row for row in rows if row["patient"] == person.patient]
            person.due = tuple(due)
            for row in planned:
                due[row["step"]].append(datetime.fromisoformat(row["due_at"]))
        return due

    async def _codes(self):
        """Return (patient, case number) by the words that each patient said."""
        async with foundation(self._settings(), migrate=False) as base:
            answers = [row async for row in self._export(base).rows(DEFAULT_CLINIC, "answers")]
            numbers = {row["patient"]: row["code"] for row in await patients(base)}
        said = {row["value"]: row["patient"] for row in answers if row["link_id"] == "note"}
        return {words: (patient, numbers[patient]) for words, patient in said.items()}

    async def _command_line(self, command, arguments):
        """Run one command until it comes to its end, however often it is killed on the way."""
        trap = self.plans.next(command)
        for _ in range(MOST_TRIES):
            life = await self.zygote.fork(command, trap, arguments=arguments)
            await life.ended.wait()
            if not self.plans.note(life):
                return
            trap = self.plans.next(command) if self.chance.random() < AGAIN else NO_TRAP
        self.break_rule("runs-on", f"{command} never came to its end")

    async def _judge(self):
        """Hold what is stored against what was seen, for all who came since it was done last."""
        updates, self.town.updates[:] = list(self.town.updates), []
        async with foundation(self._settings(), migrate=False) as base:
            evidence = await gather(base, self.town, self.unjudged, updates)
        self.unjudged = []
        self.sums |= figures(evidence)
        self.told += len(evidence.people) * len(STEPS)
        for name, seen in judge(evidence):
            self.break_rule(name, seen)

    def break_rule(self, name, seen):
        """Note that something is not as it must be."""
        self.broken[name] += 1
        self.faults.append(f"{name}: {seen}")

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
