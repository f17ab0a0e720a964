"""One invented patient's life with the clinic so far, as the changes that it would have left behind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.seed.answering import WORDS, Writer
from bot.seed.course import check_ins
from bot.seed.dice import Dice
from bot.seed.names import Person, person
from handlers.core.carried import Part
from handlers.core.case import Case, Clinic, Contact, Patient, Reach, Response, ResponseStatus, Stage
from handlers.core.changes import (
    AddDocument,
    AddPatient,
    CloseResponse,
    OpenTask,
    Queue,
    RaiseFlag,
    RecordConsent,
    StartResponse,
)
from handlers.core.flags import LOUDNESS
from handlers.core.frozen import replace
from handlers.core.messages import Body
from handlers.core.prescreen import findings_to_flags, screen
from handlers.core.protocol import Protocol
from handlers.core.values import (
    AnsweredBy,
    ChannelKind,
    ContactId,
    ContactPoint,
    DocumentId,
    Language,
    OutboxId,
    PatientId,
    Purpose,
    ResponseId,
)
from storage.seeding import Heard, Life, Sent
from storage.states import SendState

STAGES: Final = {
    Stage.NEW: 5,
    Stage.INTAKE: 20,
    Stage.SUBMITTED: 35,
    Stage.TREATMENT: 30,
    Stage.CLOSED: 7,
    Stage.REFUSED: 3,
}
CHANNELS: Final = {ChannelKind.TELEGRAM: 45, ChannelKind.WHATSAPP: 35, ChannelKind.WEB: 20}
DELIVERIES: Final = {
    (SendState.READ, ""): 60,
    (SendState.DELIVERED, ""): 28,
    (SendState.SENT, ""): 6,
    (SendState.FAILED, "blocked"): 2,
    (SendState.FAILED, "not-reachable"): 1,
    (SendState.UNKNOWN, "timeout"): 1,
    (SendState.EXPIRED, "expired"): 1,
    (SendState.CANCELLED, "stopped"): 1,
}
MESSAGES: Final = 8
_CLINIC_HEARD: Final = (Purpose.HEALTH, Purpose.ABROAD, Purpose.CHANNEL, Purpose.MESSAGES)
_DAY: Final = timedelta(days=1)
_MOST_FLAGS: Final = 4
_MOST_PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class World:
    """What every life is drawn from."""

    clinic: Clinic
    protocol: Protocol
    now: datetime
    languages: tuple[str, ...]


def life(dice: Dice, world: World, code: str) -> Life:
    """Draw one life."""
    who = person(dice, world.languages)
    [stage] = dice.choices(list(STAGES), list(STAGES.values()))
    begun = world.now - dice.randint(2 if stage in {Stage.NEW, Stage.INTAKE} else 40, 420) * _DAY
    patient = _patient(dice, who, stage, begun, code)
    contact = _contact(dice, stage, begun + _DAY)
    one = Life(Case(world.clinic, patient, contact, is_new=True), [AddPatient(patient, contact)])
    one.is_seen = dice.happens(0.96)
    if stage not in {Stage.NEW, Stage.REFUSED}:
        _answer(dice, world, one, who, begun)
    _write_to_each_other(dice, one, begun, who.language)
    return one


def _patient(dice: Dice, who: Person, stage: Stage, begun: datetime, code: str) -> Patient:
    known = Patient(
        PatientId(dice.id()), code, stage=stage, language=Language(who.language), created_at=begun
    )
    if stage in {Stage.NEW, Stage.REFUSED}:
        return known
    return replace(
        known,
        zone=who.zone,
        name=who.name,
        birth_date=who.birth_date,
        country=who.country,
        role="self",
        purposes=frozenset(_CLINIC_HEARD),
    )


def _contact(dice: Dice, stage: Stage, heard_at: datetime) -> Contact:
    """Return where they are reached: at addresses that no service gives to anybody."""
    [channel] = dice.choices(list(CHANNELS), list(CHANNELS.values()))
    number = f"999{dice.randint(10**9, 10**10 - 1)}"
    address = dice.id() if channel is ChannelKind.WEB else number
    reach = Reach.STOPPED if stage is Stage.REFUSED else Reach.ACTIVE
    reach = Reach.BLOCKED if dice.happens(0.03) else reach
    return Contact(
        ContactId(dice.id()), ContactPoint(channel, "main", address), reach, last_heard_at=heard_at
    )


def _answer(dice: Dice, world: World, one: Life, who: Person, begun: datetime) -> None:
    patient = one.case.patient
    one.changes += [
        RecordConsent(purpose, True, "v1", "seed", who.language, begun, AnsweredBy.PATIENT)  # noqa: FBT003
        for purpose in _CLINIC_HEARD
    ]
    writer = Writer(dice, who.language, begun.year - int(who.birth_date[:4]))
    parts, ended = _intake(world, one, writer, begun)
    if patient.stage is Stage.INTAKE:
        return
    one.changes += _flags(world, [part.response for part in parts], who.language, ended)
    one.changes.append(OpenTask("intake-ready", f"intake-ready:{parts[0].response.id}", ended))
    if dice.happens(0.5):
        one.changes.append(_document(dice, one, ended))
    if patient.stage in {Stage.TREATMENT, Stage.CLOSED}:
        treated_at = min(ended + dice.randint(20, 60) * _DAY, world.now + 10 * _DAY)
        planned, answers = check_ins(dice, world.protocol, one.case, writer, treated_at, world.now)
        one.changes += planned
        one.answers += answers


def _intake(world: World, one: Life, writer: Writer, begun: datetime) -> tuple[list[Part], datetime]:
    """Answer the first part of the intake, and some of the others; who is still at it stops somewhere."""
    stage, dice = one.case.patient.stage, writer.dice
    number = 1 if stage is Stage.INTAKE else dice.randint(1, _MOST_PARTS)
    parts, at = list[Part](), begun
    for url in world.protocol.intake[:number]:
        form = world.protocol.questionnaires[url]
        answers, ended = writer.answers(form, at, parts)
        if stage is Stage.INTAKE:
            answers = dict(list(answers.items())[: dice.randint(1, max(1, len(answers) - 2))])
        status = ResponseStatus.IN_PROGRESS
        response = Response(ResponseId(dice.id()), url, form.version, status, at, answers=answers)
        one.changes.append(StartResponse(response))
        if stage is not Stage.INTAKE:
            one.changes.append(CloseResponse(response.id, ResponseStatus.COMPLETED, ended))
        parts.append(Part(form, response))
        one.answers += len(answers)
        at = ended + timedelta(hours=dice.randint(1, 40))
    return parts, at


def _flags(world: World, parts: Sequence[Response], language: str, at: datetime) -> list[RaiseFlag]:
    """Return the loudest of the flags that the answers raise by the pack's own rules."""
    found = screen(world.protocol, parts, today=at.date(), routes=world.clinic.routes, language=language)
    flags = findings_to_flags(world.protocol, parts, found, at=at, language=language)
    return sorted(flags, key=lambda flag: LOUDNESS.index(flag.level))[:_MOST_FLAGS]


def _document(dice: Dice, one: Life, at: datetime) -> AddDocument:
    contact = one.case.contact.id
    size = dice.randint(40_000, 4_000_000)
    named = ("document", "letter.pdf", "application/pdf", size, "", "unsorted", at)
    return AddDocument(DocumentId(dice.id()), contact, "seed", *named, AnsweredBy.PATIENT, dice.id())


def _write_to_each_other(dice: Dice, one: Life, begun: datetime, language: str) -> None:
    words, contact = WORDS.get(language, WORDS["en"]), one.case.contact.id
    for (state, code), at in zip(_ends(dice), _moments(dice, begun), strict=True):
        key = OutboxId(dice.id())
        body = Body(dice.choice(words), language=language)
        one.changes.append(Queue(key, contact, body, f"seed:{key}", at))
        one.sent.append(Sent(key, state, code, at))
        one.heard.append(Heard(dice.id(), at + timedelta(minutes=dice.randint(1, 600)), dice.choice(words)))


def _ends(dice: Dice) -> Iterator[tuple[SendState, str]]:
    yield from dice.choices(list(DELIVERIES), list(DELIVERIES.values()), k=MESSAGES)


def _moments(dice: Dice, begun: datetime) -> Iterator[datetime]:
    for number in range(MESSAGES):
        yield begun + number * timedelta(hours=3) + timedelta(minutes=dice.randint(0, 60))
