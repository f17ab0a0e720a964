"""Everything that happened with one patient, newest first, page by page.

Each source is read by itself, so many rows before a moment, and the rows are put in one order: a page costs
the same statements whatever there is. Rows of one moment stay on one page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Table,
    func,
    literal,
    select,
    union_all,
)

from handlers.core.summary.told import ToldConsent, ToldDecision
from handlers.core.values import Answer, PatientId
from storage.keys import ClinicKey, Vault
from storage.tables import (
    adverse_events,
    alerts,
    answers,
    audit,
    consents,
    decisions,
    documents,
    flags,
    follow_ups,
    inbox,
    outbox,
    responses,
    staff_notes,
    tasks,
)
from storage.views import answered, notices, timeline
from storage.views.models import FlagView, LogRow, MessageView, TaskView
from storage.views.notices import staff_names
from storage.views.opening import Opener

PAGE: Final = 50
_MORE: Final = PAGE + 10
"""So many rows of each source are read: what a page holds, and some for a moment that many share."""
_NOT_SHOWN: Final = (
    *("patient.read", "patient.name", "page.read", "document.view", "document.download", "event.read"),
    *("talk.write", "note.write", "task.close", "flag.close"),
)
"""Acts that changed nothing would hide what was done, and what was written or closed stands there itself."""
_OF_PATIENTS: Final = (documents, follow_ups, adverse_events, alerts, tasks, flags)
"""What belongs to a patient and is named in the record of acts by its own id."""


class Kind(StrEnum):
    """What is shown: everything, or one kind of thing."""

    ALL = "all"
    MESSAGES = "messages"
    ANSWERS = "answers"
    DOCUMENTS = "documents"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given, to which question of which version."""

    questionnaire: str
    version: str
    answer: Answer
    is_current: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Noted:
    """What a member of staff wrote for the others."""

    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A flag or a task at the moment when it was closed."""

    what: FlagView | TaskView


What = (
    MessageView
    | Answered
    | Received
    | Noted
    | ToldDecision
    | ToldConsent
    | FlagView
    | TaskView
    | Closed
    | LogRow
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing, and when."""

    at: datetime
    what: What


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page, newest first; `older`: what came before this moment is on the next one."""

    lines: tuple[Happened, ...]
    older: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    kind: Kind
    at: ColumnElement[Any]
    rows: Select[Any]
    read: Callable[[Row[Any]], What | None]
    then: tuple[ColumnElement[Any], ...] = ()
    """What orders the rows of one moment, newest first."""


def history(
    conn: Connection,
    vault: Vault,
    key: ClinicKey,
    opener: Opener,
    page: tuple[PatientId, Kind, datetime | None],
) -> HistoryPage:
    """Return the things of one kind that happened with a patient before a moment, or the newest."""
    patient, kind, before = page
    names = staff_names(conn, vault, key)
    found: list[Happened] = []
    horizons: list[datetime] = []
    for source in _sources(key.clinic, patient, opener, names):
        if kind not in {Kind.ALL, source.kind}:
            continue
        wanted = source.rows if before is None else source.rows.where(source.at < before)
        rows = conn.execute(
            wanted.add_columns(source.at.label("at_")).order_by(source.at.desc(), *source.then).limit(_MORE)
        )
        happened = [Happened(row.at_, what) for row in rows if (what := source.read(row)) is not None]
        if len(happened) >= PAGE:
            horizons.append(happened[-1].at)
        found += happened
    return _page(found, horizons)


def _page(found: Iterable[Happened], horizons: Sequence[datetime]) -> HistoryPage:
    """Return what is certainly complete: behind the last row of a full source there may be more of it."""
    horizon = max(horizons, default=None)
    ordered = sorted(found, key=lambda one: one.at, reverse=True)
    known = [one for one in ordered if horizon is None or one.at > horizon] or ordered
    cut = known[:PAGE]
    cut += [one for one in known[len(cut) :] if one.at == cut[-1].at]
    is_last = len(cut) == len(ordered) and horizon is None
    return HistoryPage(tuple(cut), None if is_last else cut[-1].at)


def _sources(
    clinic: str, patient: PatientId, opener: Opener, names: Mapping[str, str]
) -> tuple[_Source, ...]:
    place = (clinic, patient)
    return (
        *_of_messages(place, opener),
        _of_answers(place, opener),
        _Source(Kind.DOCUMENTS, documents.c.at, _rows(documents, place), _file(opener)),
        _Source(Kind.ANSWERS, consents.c.at, _rows(consents, place), notices.consent),
        *_of_staff(place, opener, names),
    )


def _rows(table: Table, place: tuple[str, str]) -> Select[Any]:
    return select(table).where(table.c.clinic_id == place[0], table.c.patient_id == place[1])


def _of_messages(place: tuple[str, str], opener: Opener) -> Iterator[_Source]:
    came = _rows(inbox, place).where(inbox.c.kind.in_(timeline.TAPS_AND_WORDS))
    sent_at = func.coalesce(outbox.c.sent_at, outbox.c.not_before)

    def heard(row: Row[Any]) -> MessageView:
        return timeline.inbound(row, opener)

    def said(row: Row[Any]) -> MessageView | None:
        message = timeline.outbound(row, opener)
        return message if message.text else None

    yield _Source(Kind.MESSAGES, inbox.c.received_at, came, heard, (inbox.c.seq.desc(),))
    yield _Source(Kind.MESSAGES, sent_at, _rows(outbox, place), said, (outbox.c.seq.desc(),))


def _of_answers(place: tuple[str, str], opener: Opener) -> _Source:
    same = (responses.c.clinic_id == answers.c.clinic_id) & (responses.c.id == answers.c.response_id)
    given = (
        select(answers, responses.c.questionnaire, responses.c.version)
        .join(responses, same)
        .where(answers.c.clinic_id == place[0], responses.c.patient_id == place[1])
    )
    return _Source(Kind.ANSWERS, answers.c.at, given, lambda row: _answer(row, opener))


def _of_staff(place: tuple[str, str], opener: Opener, names: Mapping[str, str]) -> Iterator[_Source]:
    acts = select(audit).where(
        audit.c.clinic_id == place[0],
        audit.c.subject.in_(_subjects(place)),
        audit.c.action.not_in(_NOT_SHOWN),
    )
    standing = _rows(flags, place).where(flags.c.withdrawn_at.is_(None))
    todo = _rows(tasks, place)

    def act(row: Row[Any]) -> LogRow:
        return LogRow(row.at, names.get(row.actor, row.actor), row.action, row.subject)

    def note(row: Row[Any]) -> Noted:
        return Noted(opener.text("staff_notes", row, "note"), names.get(row.by, row.by))

    def flag(row: Row[Any]) -> FlagView:
        return notices.flag(row, opener, names)

    def task(row: Row[Any]) -> TaskView:
        return notices.task(row, opener, names)

    def decided(row: Row[Any]) -> ToldDecision:
        return notices.decision(row, opener, names)

    yield _Source(Kind.STAFF, decisions.c.at, _rows(decisions, place), decided)
    yield _Source(Kind.STAFF, flags.c.at, standing, flag)
    yield _Source(Kind.STAFF, flags.c.closed_at, _closed(standing, flags), lambda row: Closed(flag(row)))
    yield _Source(Kind.STAFF, tasks.c.opened_at, todo, task)
    yield _Source(Kind.STAFF, tasks.c.closed_at, _closed(todo, tasks), lambda row: Closed(task(row)))
    yield _Source(Kind.STAFF, staff_notes.c.at, _rows(staff_notes, place), note)
    yield _Source(Kind.STAFF, audit.c.at, acts, act, (audit.c.seq.desc(),))


def _closed(rows: Select[Any], table: Table) -> Select[Any]:
    return rows.where(table.c.closed_at.is_not(None))


def _subjects(place: tuple[str, str]) -> CompoundSelect[Any]:
    """Return what an act about a patient may name: the patient, or something of theirs."""
    own = (_rows(table, place).with_only_columns(table.c.id) for table in _OF_PATIENTS)
    return union_all(select(literal(place[1])), *own)


def _answer(row: Row[Any], opener: Opener) -> Answered:
    return Answered(row.questionnaire, row.version, answered.answer(row, opener), row.current)


def _file(opener: Opener) -> Callable[[Row[Any]], Received]:
    return lambda row: Received(row.id, opener.text("documents", row, "name"), row.state)
