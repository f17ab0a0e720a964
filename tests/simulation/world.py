"""One run: the product's processes, the services, the people and the staff, for some months."""

import asyncio
import calendar
import gc
import random
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

from handlers.core.case import ResponseStatus
from handlers.core.values import ChannelKind, ContactPoint
from tests.simulation import log
from tests.simulation.database import Server
from tests.simulation.faults import DOWN, PAUSES, Faults
from tests.simulation.ledger import Ledger
from tests.simulation.loop import OUTSIDE, OWNER, VirtualLoop
from tests.simulation.people import DAY, GRID, HOUR, Person
from tests.simulation.processes import Process
from tests.simulation.services import CLINIC, Service

INTAKES = 25 * DAY
"""Within which all write for the first time."""

LAST_FAULT = 240 * DAY
"""From here on nothing goes wrong any more, so that everything must come to an end."""

INTAKE_QUESTIONS = 3
MONTH = 30.5 * DAY
LEASE = 60
HOURS = ("09:00", "10:00", "12:30", "19:30")
TIMES = ("00:30", "10:00", "23:30")


@dataclass
class World:
    """Everything in one run."""

    setting: object
    plan: object
    patients: int
    loop: VirtualLoop = field(init=False)
    rng: random.Random = field(init=False)
    intake_questions = INTAKE_QUESTIONS
    staff_days = 60
    """On so many days staff look whose date is still to enter."""

    def __post_init__(self):
        seed = self.plan.seed
        self.rng = random.Random(f"world/{seed}")
        self.loop = VirtualLoop(random.Random(f"loop/{seed}") if self.plan.careful else None)
        self.loop.set_task_factory(_task)
        self.faults = Faults(self.plan, self.loop, random.Random(f"faults/{seed}"))
        self.faults.kill, self.faults.disturb = self.kill, self.note_disturbance
        self.ledger = Ledger()
        self.server = Server(self.loop, self.setting.template, self.faults)
        log.watch(self.server.driver, self.loop.time, self.server.who)
        channels = [ChannelKind(name) for name in self.plan.services]
        self.services = {kind: Service(kind, self) for kind in channels}
        self.processes = []
        self.graveyard = []
        self.upset = []
        self.people = self._make_people()
        self.starts = 0
        self._rings = False
        self.waiting = list(self.people)
        self.desk = None
        self.figures = {}
        self.templates_back = []
        """When Meta told that templates are in order again."""

    def _make_people(self):
        at = cycle(self.services.values())
        return [Person(number, next(at), self) for number in range(self.patients)]

    def phone(self, number):
        """Return who has the phone with this number."""
        return self.people[number]

    def start_more(self, process, tasks, accounts):
        """Start what only some worlds need of a process."""

    # --- the run ----------------------------------------------------------------------------------

    def run(self, months):
        """Live through so many months; raise what broke the simulation itself."""
        asyncio.set_event_loop(self.loop)
        gc_was_on = gc.isenabled()
        gc.disable()
        try:
            self.desk = Process(self, 0, "desk", mortal=False)
            for number in range(1, self.plan.processes + 1):
                self._boot(number)
            self._plan_days(months * MONTH)
            self.loop.run_until_complete(asyncio.sleep(months * MONTH))
        finally:
            if gc_was_on:
                gc.enable()
        if self.loop.faults:
            raise (
                self.loop.faults[0]
                if isinstance(self.loop.faults[0], BaseException)
                else RuntimeError(self.loop.faults[0])
            )

    def close(self):
        """Let go of everything, also of what hangs in dead processes."""
        for task in asyncio.all_tasks(self.loop):
            task._log_destroy_pending = False
        self.graveyard.clear()
        self.processes.clear()
        self.server.close()
        self.loop._ready.clear()
        self.loop._scheduled.clear()
        self.loop.close()
        asyncio.set_event_loop(None)

    def _plan_days(self, length):
        outside = {"context": OUTSIDE}
        for person in self.people:
            when = self.rng.uniform(HOUR, INTAKES)
            if not self.plan.careful:
                when -= when % GRID
            self.loop.call_at(when, person.begin, **outside)
        for day in range(1, self.staff_days):
            self.loop.call_at(day * DAY + HOUR / 2, self._staff_comes, **outside)
        for month in range(1, int(length / MONTH)):
            self.loop.call_at(month * MONTH, gc.collect, **outside)
        for kind, start, end in self.faults.spans(min(length, LAST_FAULT)):
            self.loop.call_at(start, self._begins, kind, end, **outside)
        self.loop.call_at(LAST_FAULT, self._all_well, **outside)

    def _all_well(self):
        self.faults.active = False
        self.faults.down = False
        self.faults.out.clear()
        self._unpause()
        for process in self.processes:
            process.context.run(process.ring)
        self.loop.call_later(2 * LEASE, self._ring_all, context=OUTSIDE)
        self.loop.call_later(DAY, self._replay, context=OUTSIDE)

    def _replay(self):
        """Take rows out of quarantine, as staff do once the fault is mended."""
        self.server.driver.execute(
            "UPDATE inbox SET state = 'new', attempts = 0, lease_until = NULL WHERE state = 'quarantined'"
        )
        self._ring_all()

    # --- what lasts -------------------------------------------------------------------------------

    def _begins(self, kind, end):
        if not self.faults.active:
            return
        self.ledger.note(self.loop.time(), kind)
        self.upset.append((self.loop.time(), end))
        if kind in DOWN:
            self.faults.down = True
        elif kind in PAUSES:
            self.faults.paused = True
        else:
            self.faults.out[self.rng.choice(list(self.services))] = kind
        self.loop.call_at(end, self._ends, kind, context=OUTSIDE)

    def was_upset(self, start, end):
        """Say whether the database or a service was away at any time between two moments."""
        return any(begins <= end and start <= ends for begins, ends in self.upset)

    def _ends(self, kind):
        if kind in DOWN:
            self.faults.down = False
        elif kind in PAUSES:
            self._unpause()
        else:
            self.faults.out.clear()
        self._ring_soon()

    def _unpause(self):
        """Meta tells that the templates are in order again; it is told to the account, not to a person."""
        if self.faults.paused and ChannelKind.WHATSAPP in self.services:
            self.templates_back.append(self.loop.time())
            self.services[ChannelKind.WHATSAPP].tell_news(len(self.templates_back))
        self.faults.paused = False

    # --- processes --------------------------------------------------------------------------------

    def _boot(self, number):
        self.starts += 1
        process = Process(self, number, f"{number}.{self.starts}")
        self.processes.append(process)
        process.start()

    def web(self):
        """Return a process that answers a webhook now, or None."""
        up = [process for process in self.processes if process.runs]
        return self.rng.choice(up) if up else None

    def kill(self, process):
        """End a process between two steps; another takes its place after a while."""
        if process is None or process.is_dead or not process.mortal:
            return
        self.ledger.note(self.loop.time(), "kill", process.name)
        process.disturbed.append(self.loop.time())
        process.die()
        self.processes.remove(process)
        self.graveyard.append(process)
        wait = self.faults.rng.choice((1, 20, 90, 1_200))
        self.loop.call_later(wait, self._boot, process.number, context=OUTSIDE)
        self._ring_soon()

    def freeze(self, process):
        """Stop a process for longer than its leases last."""
        if process.is_dead or not process.runs:
            return
        self.ledger.note(self.loop.time(), "stop", process.name)
        process.disturbed.append(self.loop.time())
        process.freeze()
        # LEASE + 8: woken while whoever took the work over is at it.
        wait = self.faults.rng.choice((30, LEASE + 1, LEASE + 8, 90, 900))
        self.loop.call_later(wait, self._wake, process, context=OUTSIDE)
        self._ring_soon()

    async def stop(self, process):
        """Stop a process here, in the middle of one of its steps."""
        self.freeze(process)
        await asyncio.sleep(0)

    def _wake(self, process):
        process.disturbed.append(self.loop.time())
        process.wake()

    def note_disturbance(self, process):
        """Note that a process was refused something by the database: it may do things again."""
        if process is not None:
            process.disturbed.append(self.loop.time())
        self._ring_soon()

    def _ring_soon(self):
        """Let the safety tick come once every lease of now is over."""
        if not self._rings:
            self._rings = True
            self.loop.call_later(LEASE + 5, self._ring_all, context=OUTSIDE)

    def _ring_all(self):
        self._rings = False
        for process in self.processes:
            process.context.run(process.ring)

    # --- staff ------------------------------------------------------------------------------------

    def _staff_comes(self):
        waiting, self.waiting = self.waiting, []
        self.desk.context.run(self.loop.create_task, self._enter_dates(waiting))

    async def _enter_dates(self, waiting):
        for person in waiting:
            try:
                done = person.has_answered(self.intake_questions) and await self._enter_date(person)
            except Exception:  # noqa: BLE001  staff try again tomorrow
                done = False
            if not done:
                self.waiting.append(person)

    async def _enter_date(self, person):
        """Enter somebody's treatment date through the product's own use case, once their intake is in."""
        uow = self.desk.base.stores.uow
        point = ContactPoint(person.service.kind, "main", str(person.number))
        case = await uow.case_at(CLINIC, point)
        if case is None:
            return False
        person.patient = case.patient.id
        if not any(r.status is ResponseStatus.COMPLETED for r in case.responses):
            return False
        if person.planned is None:
            day = (self.loop.now() + timedelta(days=1 + self.rng.randrange(10))).date()
            hour = self.rng.choice(HOURS)
            if self.faults.crowds():
                last = calendar.monthrange(day.year, day.month)[1]
                day, hour = day.replace(day=last), HOURS[0]
            person.planned = (day, hour, case.patient.zone, self.rng.choice(TIMES))
        day, hour, _, at = person.planned
        await self.desk.treatment.enter_date(
            CLINIC, case.patient.id, "infusion", f"{day}T{at}", "Asia/Tokyo", "staff", hour
        )
        person.plan_to_stop()
        return True


def _task(loop, work, **kwargs):
    task = asyncio.Task(work, loop=loop, **kwargs)
    owner = OWNER.get()
    if owner is not None:
        owner.tasks.add(task)
    return task
