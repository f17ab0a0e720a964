"""One run: a clinic with patients in cohorts, whose product is killed until all is answered."""

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.clock import jump
from bot.foundation import foundation
from bot.settings import read_settings
from tests.crash.desk import Desk
from tests.crash.evidence import gather
from tests.crash.keeper import GIVING_UP, OPENING, Keeper
from tests.crash.leftover import write_tables
from tests.crash.lives import LEASE, Zygote
from tests.crash.oracle import NAMES, figures, judge
from tests.crash.pack import STEPS, write_pack
from tests.crash.people import Crowd, OnTelegram, OnWhatsApp
from tests.crash.plans import Plans
from tests.crash.town import Town
from tests.crash.trace import NoTrace, trace
from tests.journeys.product import free_port

BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Ten in the morning in Tokyo, where the clinic is."""

NIGHT = 9
"""Six in the evening there."""

QUIET = 3
"""So many looks in a row must find nothing to do before the clock goes on."""

PAUSE = timedelta(minutes=11)
"""Longer than WhatsApp is given to tell by a receipt what became of a message."""

FAILED_FETCHES = 0.2
JUDGED_EACH = 5
MOST_PAUSES = 4
NEW_DAY = 2.0
"""Seconds after which another day begins in the intake, as long as few died at the making of its key."""

DAY_KEY = "commit:storage.day_keys:DayKeys.at"
AFTER_OUTAGE, GIVEN_UP = "M3", "M1"
OUTAGE = timedelta(hours=2)
SAY = 10.0
WAITS = 4.0
"""Seconds without a kill or an answer after which business time goes on: something may wait for it."""

STUCK = 80
KEPT_FIRST = "acknowledged-after-it-was-kept"


class Run:
    """Everything of one run; `kills` says how many are wanted."""

    def __init__(self, folder, database, kills, least, *, seed, say, minutes=0):
        """Take a folder and a Database (server.py) of this run's own."""
        self.folder = folder
        self.database = database
        self.wanted = kills
        self.chance = random.Random(seed)
        self.say = say
        self.plans = Plans(self.chance, least, kills)
        self.town = Town(folder / "ledger.jsonl")
        self.crowd = Crowd(self.town)
        self.latest = time.monotonic() + minutes * 60 if minutes else float("inf")
        self.faults = []
        self.broken = Counter(dict.fromkeys((*NAMES, "runs-on", KEPT_FIRST), 0))
        self.sums = Counter()
        self.told = 0
        self.cohorts = 0
        self.unjudged = []
        self.cohort = []
        self.asked = []
        self.order = None
        self.now = BEGIN
        self.port = free_port()
        self.is_sqlite = database.server is None
        self.zygote = Zygote(folder, self._environment(), database.scratch)
        self.keeper = Keeper(self, ("all",) if self.is_sqlite else ("web", "worker"))
        self.desk = Desk(self)
        self._said = self._day_began = 0.0

    @property
    def is_full(self):
        return self.plans.total >= self.wanted or time.monotonic() > self.latest

    async def go(self, size):
        """Run cohorts of `size` patients until there were enough kills; the last one is told to its end."""
        self._move(BEGIN)
        self.code = await self.desk.make_clinic()
        for method in ("getFile", "download", "media"):
            self.town.stage.faults.add(method=method, mix={"500": FAILED_FETCHES}, seed=1)
        await self.town.open(f"http://127.0.0.1:{self.port}/webhooks/whatsapp/main")
        await self.zygote.start()
        listening = asyncio.create_task(self.crowd.listen())
        living = self.keeper.start()
        try:
            while not self.is_full:
                await self._tell_one(size)
            await self._watch_the_order()
        except RuntimeError as error:
            self.faults.append(str(error))
            await self.keeper.stop()
            await self._judge()
        finally:
            await self.keeper.stop()
            for task in (listening, *living):
                task.cancel()
            await asyncio.gather(listening, *living, return_exceptions=True)
            await self.zygote.stop()
            await self.town.close()

    async def _watch_the_order(self):
        """Run the product once more, unharmed, and see in which order it keeps and acknowledges."""
        try:
            self.order = await trace(self)
            for wrong in self.order["wrong"]:
                self.break_rule(KEPT_FIRST, wrong)
        except NoTrace as reason:
            self.say(f"NO TRACE OF SYSTEM CALLS: {reason}")

    async def _tell_one(self, size):
        """Let a cohort go through the intake and its three check-ins."""
        self.cohort = [self._newcomer() for _ in range(size)]
        self.unjudged += self.cohort
        self.keeper.go_on()
        self.asked = self.cohort
        for person in self.cohort:
            await person.starts()
        await self.until_quiet()
        await self.keeper.stop()
        self._move(_working_hours(self.now))
        due = await self.desk.enrol(self.cohort)
        for step, _, _ in STEPS:
            for person in self.cohort:
                person.phase, person.last = step, None
            self.keeper.go_on()
            for moment, asked in self._times(step, due[step]):
                self.asked = asked
                self._move(max(self.now, moment))
                await self.until_quiet()
        self._hush()
        await self.until_quiet()
        await self.keeper.stop()
        self.cohorts += 1
        if self.is_full or self.cohorts % JUDGED_EACH == 0:
            await self._judge()
        self._move(self.now + timedelta(days=2))

    def _hush(self):
        """Let those be still who were asked in vain: they would talk on while all is being judged."""
        for person in self.cohort:
            person.last = None
        self.asked = ()

    def _times(self, step, due):
        """Yield when the clock is moved and who is asked then; what is to go wrong is arranged before.

        One check-in of each finds the product back after an outage: all of it is overdue at once. At the
        beginning of another the product dies so often that it is left to a person.
        """
        moments = sorted(set(due.values()))
        if step == AFTER_OUTAGE and moments:
            yield moments[-1] + OUTAGE, self.cohort
            return
        for number, moment in enumerate(moments):
            if step == GIVEN_UP and not number:
                self.keeper.doom(OPENING, GIVING_UP)
            asked = [person for person in self.cohort if due.get(person.patient) == moment]
            yield moment + timedelta(minutes=1), asked

    async def until_quiet(self):
        """Return when everybody has answered and nothing is open, however often the product dies.

        What waits for a receipt or for the next try has its moment in business time: where nothing else
        is left to do, that time is let pass.
        """
        quiet, since, mark, total, passed, in_vain = 0, time.monotonic(), None, 0, 0, 0
        while quiet < QUIET:
            await asyncio.sleep(0.1)
            if self.faults:
                raise RuntimeError(self.faults[-1])
            self.tell_how_far()
            is_open = self.keeper.open() != 0 or self.town.pending()
            is_left = self._left() and (passed < MOST_PAUSES or self.cohort[0].phase == "intake")
            quiet = 0 if is_open or is_left else quiet + 1
            if total != (total := self.plans.total):
                in_vain = 0
            # Kills go on where somebody has been given up: that alone may not keep time from passing.
            if mark != (mark := (self._left(), self.cohort[0].phase == "intake" and total)):
                since, in_vain = time.monotonic(), 0
            elif in_vain > STUCK:
                raise RuntimeError(f"stuck: {self._left()} have not answered, open {self.keeper.open()}")
            elif self._wants_another_day():
                self._day_began = time.monotonic()
                self._move(self.now + timedelta(days=1))
            elif self.keeper.waits_to_fetch() and time.monotonic() - since > WAITS / 4:
                in_vain, since = in_vain + 1, time.monotonic()
                self.keeper.renew()
            elif time.monotonic() - since > (WAITS if is_open else WAITS / 4):
                passed, in_vain, since = passed + 1, in_vain + 1, time.monotonic()
                self._move(self.now + PAUSE)

    def _wants_another_day(self):
        if self.town.pending():
            return False  # Telegram keeps for a day what it could not deliver, and no longer
        return (
            self.plans.lags(DAY_KEY)
            and self.cohort[0].phase == "intake"
            and time.monotonic() - self._day_began > NEW_DAY
        )

    def _left(self):
        """Return how many have not answered what they are asked now."""
        return sum(not person.is_done for person in self.asked)

    def tell_how_far(self):
        """Say now and then how many kills there were, and how far the cohort is."""
        if time.monotonic() - self._said < SAY:
            return
        self._said = time.monotonic()
        self.say(
            f"{self.plans.total:6} of {self.wanted} kills, {len(self.crowd.people)} patients,"
            f" {self._left()} have still to answer {self.cohort[0].phase}; open {self.keeper.open()},"
            f" {self.town.pending()} updates on their way"
        )

    def _newcomer(self):
        number = len(self.crowd.people) + 1
        kind = OnWhatsApp if number % 3 == 0 else OnTelegram
        person = kind(self.town, number, random.Random(number), invitation=self.code)
        self.crowd.add(person)
        return person

    def _move(self, moment):
        self.now = moment
        self.town.stage.set_clock(moment.timestamp())
        jump(self.folder / "clock", moment)

    async def _judge(self):
        """Hold what is stored against what was seen, for all who came since it was done last."""
        updates = self.town.taken()
        async with foundation(self.settings(), migrate=False) as base:
            evidence = await gather(base, self.town, self.unjudged, updates)
            broken = judge(evidence)
            if broken or self.faults:
                await write_tables(base.stores.database, self.folder / "tables.json")
        self.unjudged = []
        self.sums = Counter(figures(evidence))
        self.told += len(evidence.people) * len(STEPS)
        for name, seen in broken:
            self.break_rule(name, seen)

    def break_rule(self, name, seen):
        """Note that something is not as it must be."""
        self.broken[name] += 1
        self.faults.append(f"{name}: {seen}")

    def settings(self):
        return read_settings({**self._environment()})

    def _environment(self):
        settings = {
            "ENV": "test",
            "DATABASE_URL": self.database.url,
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


def _working_hours(moment):
    """Return the moment, or ten in the morning of the next day where it is night at the clinic."""
    morning = moment.replace(hour=BEGIN.hour, minute=0)
    return moment if BEGIN.hour <= moment.hour < NIGHT else morning + timedelta(days=1)
