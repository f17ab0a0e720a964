"""The world of a programme: who lives in it, what staff do in it, and what is written down of the plan."""

from datetime import date, datetime, time, timedelta
from itertools import cycle

from bot.alert_lines import start_alerting
from bot.staff_chats import chat_lines
from handlers.core.case import FollowUpState, ResponseStatus
from handlers.core.course import LATE, Late, WhySkipped
from handlers.core.values import ChannelKind, ContactPoint
from handlers.decision import Decision
from handlers.errors import ProgrammeStopped
from handlers.programme import WhyStopped, send, skip, stop
from handlers.treatment import NewDate
from tests.simulation.care import ZONES
from tests.simulation.loop import OUTSIDE
from tests.simulation.people import DAY
from tests.simulation.programme import plan_log
from tests.simulation.programme.calendar import STEPS
from tests.simulation.programme.on_call import CHATS, OnCall
from tests.simulation.programme.people import Helper, Patient
from tests.simulation.services import CLINIC
from tests.simulation.world import HOURS, TIMES, World

PLACE = "Asia/Tokyo"
"""Where the procedures are."""

DST_DATE = date(2027, 2, 28)
"""A month later clocks are put forward in Europe."""

IN_EUROPE = frozenset({"Europe/Berlin", "Europe/London"})
TRY_AGAIN = DAY / 3
FOR_GOOD = (WhySkipped.SEEN, WhySkipped.NOT_NEEDED)
"""Why staff leave a step out that no moved date brings back."""


class Programme(World):
    """Patients with helpers and journeys, staff with second thoughts, and staff on call."""

    intake_questions = 4

    def __post_init__(self):
        self.tellings = []
        self.helpers = {}
        super().__post_init__()
        plan_log.watch(self.server)
        telegram = self.services[ChannelKind.TELEGRAM]
        self.on_call = {chat: OnCall(chat, telegram, self) for chat in CHATS}

    def _make_people(self):
        at = cycle(self.services.values())
        return [Patient(number, next(at), self) for number in range(self.patients)]

    def phone(self, number):
        """Return who has the phone with this number."""
        known = self.on_call.get(number) or self.helpers.get(number)
        return known or self.people[number]

    def start_more(self, process, tasks, accounts):
        """Start what calls staff."""
        start_alerting(tasks, process.base, process.board, chat_lines(process.base, accounts))

    def let_in(self, patient, code):
        """Let a helper of this patient come in, at any of the services."""
        helper = Helper(patient, self.rng.choice(list(self.services.values())), self)
        self.helpers[helper.number] = helper
        helper.come_in(code)
        return helper

    def note_disturbance(self, process):
        """Note, too, when a notice was lost: the tick finds the work."""
        self.upset.append((self.loop.time(), self.loop.time()))
        super().note_disturbance(process)

    # --- staff ------------------------------------------------------------------------------------

    async def _enter_date(self, person):
        uow = self.desk.base.stores.uow
        case = await uow.case_at(CLINIC, ContactPoint(person.service.kind, "main", str(person.number)))
        if case is None or not any(r.status is ResponseStatus.COMPLETED for r in case.responses):
            return False
        person.patient = case.patient.id
        if person.planned is None:
            person.next_date = self._first_date(ZONES[person.country])
            day, at = person.next_date.local.split("T")
            hour = self.rng.choice(HOURS)
            person.planned = (date.fromisoformat(day), hour, case.patient.zone, at)
        await self._save_date(person)
        person.plan_to_stop()
        person.live()
        self._second_thoughts(person)
        return True

    def _first_date(self, home):
        day, late, today = None, Late.PLAN, self.loop.now().date()
        if self.faults.happens("late-date"):
            day, late = today - timedelta(days=self.rng.randrange(1, 40)), self.rng.choice(list(Late))
        elif home in IN_EUROPE and today < DST_DATE and self.faults.happens("dst-date"):
            day = DST_DATE
        day = day or today + timedelta(days=1 + self.rng.randrange(10))
        return NewDate("infusion", f"{day}T{self.rng.choice(TIMES)}", PLACE, late=late)

    async def _save_date(self, person):
        wanted = person.next_date
        hour = person.planned[1]
        date_ = NewDate(wanted.kind, wanted.local, wanted.zone, hour, late=wanted.late)
        await self.desk.treatment.preview(CLINIC, person.patient, date_)
        await self.desk.treatment.enter(CLINIC, person.patient, date_, "staff")
        person.dates.append(wanted.local)

    def _second_thoughts(self, person):
        if person.next_date.late is Late.ASK:
            self._staff_do(self.rng.uniform(1, 3), self._decide_late, person)
        if self.faults.happens("left-out"):
            self._staff_do(self.rng.uniform(0.1, 5), self._leave_out, person)
        if self.faults.happens("moved-date"):
            self._staff_do(self.rng.uniform(0.1, 120), self._move, person)
        if self.faults.happens("stopped-by-staff"):
            self._staff_do(self.rng.uniform(1, 200), self._stop, person)

    def _staff_do(self, days, act, person):
        """Let staff do something so many days from now; they try again until it is done."""

        async def try_it():
            try:
                await act(person)
            except Exception:  # noqa: BLE001  the database is away: they try again
                self._staff_do(TRY_AGAIN / DAY, act, person)

        def begin():
            self.desk.context.run(self.loop.create_task, try_it())

        self.loop.call_later(days * DAY, begin, context=OUTSIDE)

    async def _move(self, person):
        if person.is_stopped:
            return
        if person.next_date.local == person.dates[-1]:
            person.next_date = self._other_date(person)
        await self._save_date(person)
        self.faults.fired["moved-after-left-out"] += person.left_out is not None

    def _other_date(self, person):
        old = datetime.fromisoformat(person.dates[-1])
        day = old.date() + timedelta(days=self.rng.choice((-20, -3, 1, 5, 14, 45)))
        moved = datetime.combine(day, time.fromisoformat(self.rng.choice(TIMES)))
        return NewDate("infusion", f"{moved:%Y-%m-%dT%H:%M}", PLACE, late=Late.PLAN)

    async def _leave_out(self, person):
        """Leave a step out that has not begun, because somebody saw the patient or it is not needed."""

        def act(decision):
            waits = (f for f in decision.case.follow_ups if f.state is FollowUpState.SCHEDULED)
            own = {f.step: f.id for f in waits if f.step in STEPS}
            if person.left_out is None and own:
                person.left_out = self.rng.choice(sorted(own)), self.rng.choice(FOR_GOOD)
            step, why = person.left_out or ("", "")
            if step in own:
                skip(decision, own[step], why, "staff")

        await self._decide(person, act)

    async def _stop(self, person):
        person.is_stopped = True
        why = person.why_stopped = person.why_stopped or self.rng.choice(list(WhyStopped))
        await self._decide(person, lambda decision: stop(decision, why, "staff"))
        self.faults.fired[f"stopped-{why}"] += 1
        if self.faults.happens("date-after-stop"):
            self._staff_do(self.rng.uniform(0.1, 30), self._date_anyway, person)

    async def _date_anyway(self, person):
        """Enter another date although everything is stopped, as somebody does who does not know of it."""
        other = self._other_date(person)
        try:
            await self.desk.treatment.enter(CLINIC, person.patient, other, "staff")
        except ProgrammeStopped:
            self.faults.fired["date-refused"] += 1

    async def _decide_late(self, person):
        def act(decision):
            held = (f for f in decision.case.follow_ups if f.reason == LATE)
            for one in [f for f in held if f.state is FollowUpState.HELD]:
                if self.rng.random() < 0.5:
                    self.faults.fired["late-sent"] += 1
                    send(decision, one.id, "staff")
                else:
                    self.faults.fired["late-skipped"] += 1
                    skip(decision, one.id, WhySkipped.TOO_LATE, "staff")

        await self._decide(person, act)

    async def _decide(self, person, act):
        base = self.desk.base
        case = await base.stores.uow.case_of(CLINIC, person.patient, full=True)
        decision = Decision(case, base.around.world(case.clinic), cause=f"console:{base.ids.new()}")
        act(decision)
        await base.stores.uow.save(case, decision.finish())
