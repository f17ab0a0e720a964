"""What the clinic does at the command line: it opens, invites, adds staff and enters treatment dates.

Each command is a process that may be killed; it is given again until it comes to its end.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.demo import DEFAULT_CLINIC, make_clinic
from bot.desk_commands import invite, patients
from bot.foundation import foundation
from bot.houses import ways_of
from bot.lines import connect
from storage.export import Export
from tests.crash.errands import ERRANDS
from tests.crash.keeper import GIVING_BACK, TAKING
from tests.crash.pack import STEPS
from tests.crash.people import OnTelegram
from tests.crash.plans import NO_TRAP

MOST_TRIES = 20
AGAIN = 0.7
"""How many commands that were killed have a trap again when they are repeated."""

FIRST_TOKEN = 10**8
STRANGERS = 850_000
ENDING = "commit:storage.stuck:Stuck._end"
ROUNDS = 3
MOST_ERRANDS = 20
LEAST = {"page": 2}
"""How often at least: a page's patient with an e-mail address and one without."""

DAYS = 5
"""On so many days the treatments of a cohort were: not everybody's check-in is in the same batch."""


FOR_EVER = "1200"
"""Months: a town lives through many years, and whom the clinic lets go has no answers left to look for."""


class Desk:
    """The clinic's staff in one run."""

    def __init__(self, run):
        self.run = run
        self._errands = self._pages = 0

    async def make_clinic(self):
        """Make the clinic; return the code of an invitation for everybody."""
        async with foundation(self.run.settings()) as base:
            await make_clinic(base)
            await _keep_everybody(base)
            lines = await connect(base)
            links = await invite(base, ways_of(base, lines), is_open=True)
            await lines.close()
        return links[0]["url"].rpartition("/")[2]

    async def enrol(self, cohort):
        """Enter everybody's treatment date, by commands that are killed as well; return the due times."""
        codes = await self._codes()
        for number in range(MOST_ERRANDS):
            if number >= ROUNDS and not any(map(self._is_behind, ("invite", "staff_add"))):
                break
            await self._command_line("invite", {"is_open": True})
            email = f"s{len(self.run.crowd.people)}-{number}@clinic.example"
            await self._command_line("staff_add", {"email": email})
        await self._run_errands(cohort, codes)
        for number, person in enumerate(cohort):
            at = f"{self.run.now - timedelta(days=number % DAYS):%Y-%m-%dT%H:%M}"
            code = codes.get(person.token)
            if code is None:
                self.run.break_rule("answer-once", f"{person.token} is not stored")
                continue
            person.patient = code[0]
            words = {"patient": code[1], "date": at, "kind": "infusion", "zone": "UTC"}
            await self._command_line("enrol", words)
            await self._command_line("summary", {"code": code[1]})
        async with foundation(self.run.settings(), migrate=False) as base:
            rows = [row async for row in _export(base).rows(DEFAULT_CLINIC, "follow_ups")]
        due = {step: {} for step, _, _ in STEPS}
        for person in cohort:
            planned = [row for row in rows if row["patient"] == person.patient]
            person.due = tuple(due)
            for row in planned:
                due[row["step"]][person.patient] = datetime.fromisoformat(row["due_at"])
        return due

    async def _run_errands(self, cohort, codes):
        """Run each errand once, and again while its places were hit too seldom."""
        for errand in sorted(ERRANDS.keys() - {"unseen"}):
            for number in range(MOST_ERRANDS):
                is_behind = self._is_behind(errand) or (errand == "page" and self._is_behind("unseen"))
                if number >= LEAST.get(errand, 1) and not is_behind:
                    break
                await self._run_errand(errand, cohort[number % len(cohort)], codes)

    async def _run_errand(self, errand, person, codes):
        self._errands += 1
        arguments = {"token": str(FIRST_TOKEN + self._errands), "invitation": self.run.code}
        if errand == "console":
            await self._break_a_message()
            arguments["patient"] = codes.get(person.token, [""])[0]
        if errand == "page":
            # The first page's patient has an e-mail address, the next has none.
            self._pages += 1
            arguments["token"] = str(FIRST_TOKEN + 2 * self._errands + 1 - self._pages % 2)
        await self._command_line(errand, arguments)
        if errand == "page":
            await self._command_line("unseen", arguments)

    async def _break_a_message(self):
        """Have a stranger write something that takes the product down until it is set aside for staff."""
        plans = self.run.plans
        if self.run.is_full or not any(map(plans.lags, (GIVING_BACK, ENDING))):
            return
        stranger = OnTelegram(self.run.town, STRANGERS + self._errands, self.run.chance)
        self.run.keeper.doom(TAKING, GIVING_BACK)
        self.run.asked = ()
        await stranger.says_something()
        self.run.keeper.go_on()
        await self.run.until_quiet()
        await self.run.keeper.stop()

    async def _codes(self):
        """Return (patient, case number) by the words that each patient said."""
        async with foundation(self.run.settings(), migrate=False) as base:
            answers = [row async for row in _export(base).rows(DEFAULT_CLINIC, "answers")]
            numbers = {row["patient"]: row["code"] for row in await patients(base)}
        said = {row["value"]: row["patient"] for row in answers if row["link_id"] == "note"}
        return {words: (patient, numbers[patient]) for words, patient in said.items()}

    def _is_behind(self, command):
        return not self.run.is_full and self.run.plans.is_behind(command)

    def _trap(self, command):
        return NO_TRAP if self.run.is_full else self.run.plans.next(command)

    async def _command_line(self, command, arguments):
        """Run one command until it comes to its end, however often it is killed on the way."""
        trap = self._trap(command)
        for _ in range(MOST_TRIES):
            self.run.tell_how_far()
            life = await self.run.zygote.fork(command, trap, arguments=arguments)
            await life.ended.wait()
            if not self.run.plans.note(life):
                if not life.is_done:
                    self.run.break_rule("runs-on", f"{command} failed, see {self.run.folder}/log")
                return
            trap = self._trap(command) if self.run.chance.random() < AGAIN else NO_TRAP
        self.run.break_rule("runs-on", f"{command} never came to its end")


def _export(base):
    return Export(base.stores.database, base.stores.vault, base.stores.clinics)


async def _keep_everybody(base):
    """Let nobody's record be over: what goes when is tested in tests/storage."""
    clinic = await base.stores.clinics.get(DEFAULT_CLINIC)
    kept = {name: FOR_EVER for name in clinic.texts if name.startswith("months_")}
    await base.stores.clinics.save(replace(clinic, texts={**clinic.texts, **kept}))
