"""A clinic's desk in memory: one patient talks, the decisions are applied to their case at once."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.ids import SystemIds
from bot.settings import Settings
from bot.surroundings import Surroundings, read_surroundings
from handlers import check_in, inbound
from handlers.core.care_plan import plan
from handlers.core.case import Anchor, Case, Clinic, FollowUp, Response
from handlers.core.changes import (
    FINISHED,
    AddContact,
    AddPatient,
    Change,
    CloseResponse,
    DropAnswer,
    DropHealthData,
    PlanFollowUps,
    PutAnswer,
    Queue,
    SaveContact,
    SaveFollowUp,
    SavePatient,
    StartResponse,
)
from handlers.core.events import Chose, Event, Happening, Said, Started
from handlers.core.messages import Body, Button
from handlers.core.protocol import UNFINISHED
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, Purpose
from handlers.decision import Decision
from handlers.ports import InboxRow

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXTS = {
    "clinic_name": "Sample Clinic",
    "clinic_short": "Sample Clinic",
    "clinic_phone": "+81 3 0000 0000",
    "clinic_emergency_phone": "+81 3 0000 0001",
    "crisis_line": "a crisis line",
    "hosting_country": "Japan",
    "hours": "9:00-17:00",
    "reply_days": "5",
    "plan_no_msc_iv": "PB0000000",
    "plan_class_msc_iv": "II",
    "plan_committee_msc_iv": "Sample Committee",
    "plan_disease_msc_iv": "Parkinson's disease",
}
CLINIC = Clinic(
    ClinicId("default"), "Sample Clinic", "parkinson-cell-therapy", texts=TEXTS, routes=frozenset({"msc_iv"})
)


@dataclass
class StillClock:
    """A clock that moves only when told."""

    time: datetime = NOON

    def now(self) -> datetime:
        return self.time

    async def sleep_until(self, moment: datetime) -> None:
        self.time = max(self.time, moment)


@cache
def _read() -> Surroundings:
    clock = StillClock()
    return read_surroundings(Settings(env="demo"), clock, clock.now, SystemIds(clock.now))


def surroundings(clock: StillClock) -> Surroundings:
    return replace(_read(), clock=clock, now_system=clock.now, ids=SystemIds(clock.now), demo=False)


@dataclass
class Desk:
    """One patient's conversation. `heard` holds every message to them, `log` every change."""

    channel: ChannelKind = ChannelKind.WEB
    clock: StillClock = field(default_factory=StillClock)
    case: Case | None = None
    heard: list[Body] = field(default_factory=list)
    log: list[Change] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.around = surroundings(self.clock)

    def start(self, language: str = "") -> list[Body]:
        return self.take(Started(language=language))

    def say(self, text: str) -> list[Body]:
        return self.take(Said(text))

    def tap(self, label: str) -> list[Body]:
        return self.take(Chose(self.button(label).data))

    def button(self, label: str) -> Button:
        """Return the newest button with this label."""
        for body in reversed(self.heard):
            for button in (*body.choices, *body.keys):
                if button.label == label:
                    return button
        raise AssertionError(f"no button {label!r}; last: {self.heard[-1]}")

    def take(self, what: Happening) -> list[Body]:
        self.count += 1
        self.clock.time += timedelta(seconds=10)
        row = InboxRow(f"in{self.count}", CLINIC.id, self.channel, "main", "here", b"", self.clock.time, 1, 1)
        case = self.case or inbound.newcomer(
            CLINIC, ContactPoint(self.channel, "main", "here"), self.around.ids, row
        )
        event = Event(f"m{self.count}", self.clock.time, what)
        return self.apply(case, inbound.decide(event, case, self.around.world(CLINIC), row))

    def apply(self, case: Case, changes: list[Change]) -> list[Body]:
        said = [change.body for change in changes if isinstance(change, Queue)]
        for change in changes:
            case = applied(case, change)
        self.case = replace(case, is_new=False, joins=False)
        self.heard += said
        self.log += changes
        return said

    def treat(self, local: str, zone: str = "Asia/Tokyo", kind: str = "infusion") -> tuple[FollowUp, ...]:
        """Enter a treatment date; the check-ins it leads to are planned."""
        world = self.around.world(CLINIC)
        anchor = Anchor("anchor-1", self.case.patient.id, kind, local, zone)
        planned = plan(world.protocol, anchor, at="10:00", zone=self.case.patient.zone, ids=world.ids)
        self.case = replace(self.case, anchors=(anchor,))
        self.apply(self.case, [PlanFollowUps(planned)])
        return planned

    def step(self, step: str) -> FollowUp:
        return next(f for f in self.case.follow_ups if f.step == step)

    def check_ins(self) -> tuple[FollowUp, ...]:
        """Return the planned check-ins, without the reminders of the intake."""
        return tuple(f for f in self.case.follow_ups if f.step != UNFINISHED)

    def without_finished(self) -> Case:
        """Return the case as storage reads it: finished check-ins are not loaded."""
        return replace(
            self.case, follow_ups=tuple(f for f in self.case.follow_ups if f.state not in FINISHED)
        )

    def tick(self, step: str) -> list[Body]:
        """Let time come to when this check-in must be looked at, and look."""
        follow_up = self.step(step)
        self.clock.time = max(self.clock.time, follow_up.next_at)
        decision = Decision(self.case, self.around.world(CLINIC), cause=f"tick{len(self.log)}")
        check_in.due(decision, follow_up, 1)
        return self.apply(self.case, decision.finish())

    def of(self, kind: type) -> list:
        return [change for change in self.log if isinstance(change, kind)]

    def granting(self, purpose: Purpose) -> Case:
        """Return the case with one more consent given."""
        patient = self.case.patient
        return replace(self.case, patient=replace(patient, purposes=patient.purposes | {purpose}))

    def answers(self) -> dict[str, object]:
        """Return the current answers by linkId, as codes or words."""
        from handlers.core.codec import plain

        return {
            str(slot): plain(answer.values)
            for response in self.case.responses
            for slot, answer in response.answers.items()
        }


def applied(case: Case, change: Change) -> Case:
    """Return the case as storage would read it after this change."""
    match change:
        case AddPatient(patient, contact):
            return replace(case, patient=patient, contact=contact)
        case SavePatient(patient):
            return replace(case, patient=patient)
        case SaveContact(contact) if contact.id in {one.id for one in case.others}:
            return replace(
                case, others=tuple(contact if one.id == contact.id else one for one in case.others)
            )
        case SaveContact(contact) | AddContact(contact):
            return replace(case, contact=contact)
        case StartResponse(response):
            return _with(case, response)
        case PutAnswer(response_id, answer):
            found = case.response(response_id)
            return _with(case, replace(found, answers={**found.answers, answer.slot: answer}))
        case DropAnswer(response_id, slot, _):
            found = case.response(response_id)
            return _with(case, replace(found, answers={k: v for k, v in found.answers.items() if k != slot}))
        case CloseResponse(response_id, status, _):
            return _with(case, replace(case.response(response_id), status=status))
        case DropHealthData():
            return replace(case, responses=tuple(replace(r, answers={}) for r in case.responses))
        case PlanFollowUps(follow_ups):
            return replace(case, follow_ups=(*case.follow_ups, *follow_ups))
        case SaveFollowUp(follow_up, _):
            return _planned(case, follow_up)
        case _:
            return case


def _with(case: Case, response: Response) -> Case:
    return replace(case, responses=(*(r for r in case.responses if r.id != response.id), response))


def _planned(case: Case, follow_up: FollowUp) -> Case:
    return replace(case, follow_ups=(*(f for f in case.follow_ups if f.id != follow_up.id), follow_up))
