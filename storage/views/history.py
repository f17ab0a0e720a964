"""Everything that happened with one patient, newest first, page by page.

Each source is read by itself, so many rows before a moment, and the rows are put in one order: a page costs
the same statements whatever there is. Rows of one moment stay on one page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from handlers.core.values import Answer, PatientId
from storage.keys import ClinicKey, Vault
from storage.tables import (
    answers,
    audit,
    decisions,
    documents,
    flags,
    inbox,
    outbox,
    responses,
    staff_notes,
    tasks,
)
from storage.views import answered, notices, timeline
from storage.views.models import DecisionView, FlagView, LogRow, MessageView, TaskView
from storage.views.notices import staff_names
from storage.views.opening import Opener

PAGE: Final = 50
_MORE: Final = PAGE + 10
"""So many rows of each source are read: what a page holds, and some for a moment that many share."""
_NOT_SHOWN: Final = ("patient.read", "patient.name", "page.read", "talk.write", "note.write")
"""Acts that changed nothing would hide what was done, and what was written stands there itself."""


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


What = MessageView | Answered | Received | Noted | DecisionView | FlagView | TaskView | LogRow


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


def _sources(clinic: str, patient: PatientId, opener: Opener, names: Any) -> tuple[_Source, ...]:
    def of(table: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return table.c.clinic_id == clinic, table.c.patient_id == patient

    came = select(inbox).where(*of(inbox), inbox.c.kind.in_(timeline.TAPS_AND_WORDS))
    went = select(outbox).where(*of(outbox))
    same = (responses.c.clinic_id == answers.c.clinic_id) & (responses.c.id == answers.c.response_id)
    given = (
        select(answers, responses.c.questionnaire, responses.c.version)
        .join(responses, same)
        .where(answers.c.clinic_id == clinic, responses.c.patient_id == patient)
    )
    acts = select(audit).where(
        audit.c.clinic_id == clinic, audit.c.action.not_in(_NOT_SHOWN), audit.c.subject == patient
    )
    sent_at = func.coalesce(outbox.c.sent_at, outbox.c.not_before)
    return (
        _Source(
            Kind.MESSAGES,
            inbox.c.received_at,
            came,
            lambda row: timeline.inbound(row, opener),
            (inbox.c.seq.desc(),),
        ),
        _Source(Kind.MESSAGES, sent_at, went, lambda row: _said(row, opener), (outbox.c.seq.desc(),)),
        _Source(Kind.ANSWERS, answers.c.at, given, lambda row: _answer(row, opener)),
        _Source(Kind.DOCUMENTS, documents.c.at, select(documents).where(*of(documents)), _file(opener)),
        _Source(
            Kind.STAFF,
            decisions.c.at,
            select(decisions).where(*of(decisions)),
            lambda row: notices.decision(row, opener, names),
        ),
        _Source(
            Kind.STAFF,
            flags.c.at,
            select(flags).where(*of(flags), flags.c.withdrawn_at.is_(None)),
            lambda row: notices.flag(row, opener, names),
        ),
        _Source(
            Kind.STAFF,
            tasks.c.opened_at,
            select(tasks).where(*of(tasks)),
            lambda row: notices.task(row, opener, names),
        ),
        _Source(
            Kind.STAFF,
            audit.c.at,
            acts,
            lambda row: LogRow(row.at, names.get(row.actor, row.actor), row.action, row.subject),
            (audit.c.seq.desc(),),
        ),
        _Source(
            Kind.STAFF,
            staff_notes.c.at,
            select(staff_notes).where(*of(staff_notes)),
            lambda row: Noted(opener.text("staff_notes", row, "note"), names.get(row.by, row.by)),
        ),
    )


def _said(row: Row[Any], opener: Opener) -> MessageView | None:
    message = timeline.outbound(row, opener)
    return message if message.text else None


def _answer(row: Row[Any], opener: Opener) -> Answered:
    return Answered(row.questionnaire, row.version, answered.answer(row, opener), row.current)


def _file(opener: Opener) -> Callable[[Row[Any]], Received]:
    return lambda row: Received(row.id, opener.text("documents", row, "name"), row.state)
