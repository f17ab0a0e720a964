"""Everything that happened with a patient as lines, newest first; answers within the reader's rights."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Annotated, Final, assert_never

from fastapi import APIRouter, Query, Request, Response

from bot.console.access import Right
from bot.console.desk import Desk
from bot.console.forms import FormReader
from bot.console.limits import Sight, sight_of
from bot.console.paperwork import message_lines
from bot.console.render import Reader, local_day, local_time
from bot.console.work_lines import task_name
from bot.staff_words import StaffWords
from handlers.core.summary.told import ToldConsent, ToldDecision
from handlers.core.values import PatientId
from storage.views.history import Answered, Closed, Happened, Kind, Noted, Received, What
from storage.views.models import FlagView, LogRow, MessageView, TaskView

Before = Annotated[datetime | None, Query()]
_HIDDEN: Final = "console.answers.hidden"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened, of a kind (`console.history.kind`); `new_day`: the day is named above it."""

    time: str
    day: str
    new_day: bool
    kind: str
    about: str
    text: str
    note: str = ""
    times: int = 1
    """So many lines of the same moment say the same."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A thing in words: its kind, what it is about, what was said, and how far it got."""

    kind: str
    about: str = ""
    text: str = ""
    note: str = ""


class HistoryPages:
    """The route of a patient's timeline."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        self._desk = desk

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/patients/{patient}/timeline")(self.show)

    async def show(
        self, request: Request, patient: str, kind: Kind = Kind.ALL, before: Before = None
    ) -> Response:
        """Show a page of what happened; the reading is written down."""
        reader = await self._desk.reader(request, Right.SEE_PATIENTS)
        deps = self._desk.deps
        who, page = await deps.views.happened(deps.clinic, PatientId(patient), kind, before)
        await deps.note(self._desk.audit(reader, "patient.read", who.id))
        sight = await sight_of(self._desk, reader, patient)
        words = StaffWords(reader.catalog, reader.clinic.texts)
        forms = FormReader(words, self._desk.protocol(reader), reader.may(Right.SEE_SENSITIVE))
        return self._desk.show(
            reader,
            "timeline.html",
            patient=who,
            kinds=tuple(Kind),
            kind=kind,
            lines=list(
                _folded(_lines(page.lines if sight is None else _seen(page.lines, sight), forms, reader))
            ),
            older=page.older.isoformat() if page.older else "",
            is_newest=before is None,
            limited=sight is not None,
        )


def _seen(happened: Iterable[Happened], sight: Sight) -> Iterator[Happened]:
    """Yield what the reader may see; a message about something restricted says only that it is."""
    for one in happened:
        match one.what:
            case MessageView() as message:
                yield replace(one, what=sight.message(message))
            case Answered(answer=answer) if answer.slot.link_id in sight.hidden.items:
                continue
            case (FlagView() as flag) | Closed(what=FlagView() as flag) if sight.hidden.hides(flag):
                continue
            case Received(id=document) if not sight.shows(document):
                continue
            case _:
                yield one


def _lines(happened: Iterable[Happened], forms: FormReader, reader: Reader) -> Iterator[HistoryLine]:
    zone, language, last = reader.clinic.zone, reader.catalog.language, ""
    for one in happened:
        told = _told(one.what, forms, reader)
        if told is None:
            continue
        day = local_day(one.at, zone, language)
        yield HistoryLine(
            local_time(one.at, zone), day, day != last, told.kind, told.about, told.text, told.note
        )
        last = day


def _folded(lines: Iterable[HistoryLine]) -> Iterator[HistoryLine]:
    """Yield flags that say the same of the same moment as one line: an intake may leave thirty."""

    def same(line: HistoryLine) -> object:
        is_flag = line.kind in {"flag", "flag-closed"}
        return (line.day, line.time, line.about, line.text, line.note) if is_flag else object()

    for _, group in groupby(lines, same):
        first, *more = group
        yield replace(first, times=1 + len(more))


def _told(what: What, forms: FormReader, reader: Reader) -> _Told | None:
    match what:
        case MessageView():
            return _message(what, reader)
        case Answered():
            return _answer(what, forms)
        case Received():
            return _Told("document", what.name, reader.catalog.plain(f"console.document_state.{what.state}"))
        case FlagView() | TaskView():
            # What a flag is about may be for nurses and doctors only: that stands on the patient's page.
            return _Told("flag" if isinstance(what, FlagView) else "task", _name(what, forms))
        case Closed(what=one):
            kind = "flag-closed" if isinstance(one, FlagView) else "task-closed"
            return _Told(kind, _name(one, forms), one.reason, one.closed_by)
        case Noted() | ToldDecision() | ToldConsent() | LogRow():
            return _by_somebody(what, forms)
        case unreachable:
            assert_never(unreachable)


def _by_somebody(what: Noted | ToldDecision | ToldConsent | LogRow, forms: FormReader) -> _Told:
    say = forms.words.catalog.plain
    match what:
        case Noted():
            return _Told("note", "", what.text, what.by)
        case ToldDecision():
            return _Told("decision", say(f"console.decision.{what.outcome}"), what.reason, what.by)
        case ToldConsent():
            said = say(f"console.history.consent.{'yes' if what.given else 'no'}")
            return _Told("consent", say(f"console.purpose.{what.purpose}"), said, what.text_version)
        case LogRow():
            name = forms.words.titled(f"console.act.{what.action}", what.action)
            return _Told("staff", name, "", what.actor)
        case unreachable:
            assert_never(unreachable)


def _name(what: FlagView | TaskView, forms: FormReader) -> str:
    if isinstance(what, TaskView):
        return task_name(what.kind, forms.words)
    return forms.words.catalog.plain(f"console.level.{what.level}")


def _message(message: MessageView, reader: Reader) -> _Told:
    [line] = message_lines([message], reader)
    if message.inbound:
        return _Told("message-in", "", line.text)
    kind = "message-staff" if message.by_staff else "message-out"
    state = reader.catalog.plain(f"console.send.{message.state}")
    return _Told(kind, "", line.text, f"{state}. {line.why}" if line.why else state)


def _answer(given: Answered, forms: FormReader) -> _Told | None:
    line = forms.line(given.questionnaire, given.version, given.answer)
    if line is None:
        return None
    say = forms.words.catalog.plain
    note = "" if given.is_current else say("console.history.changed_later")
    return _Told("answer", line.question, say(_HIDDEN) if line.hidden else line.answer, note)
