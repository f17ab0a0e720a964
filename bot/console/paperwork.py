"""Documents and messages as lines of the patient's page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from bot.console.access import Right
from bot.console.forms import FormReader
from bot.console.render import Reader, local_day, local_time
from bot.console.unsent import why_unsent
from handlers.core.case import Outcome
from handlers.core.checklist import PaperState, state_of
from handlers.core.events import SPOKEN
from handlers.core.inspection import NOT_SCANNED, Finding, Inspection
from handlers.core.paper_marks import PaperMark, mark_of
from handlers.core.papers import DocumentState, Paper
from handlers.core.path import slots
from handlers.core.questionnaire import ItemType
from handlers.core.summary.told import ToldConsent
from handlers.core.values import Purpose
from storage.views.models import DocumentView, MessageView, Record

DRAWN: Final = frozenset(
    {
        "application/dicom",
        "application/pdf",
        "application/zip",
        "image/heic",
        "image/jpeg",
        "image/png",
        "image/tiff",
    }
)
"""What a picture is drawn of inside the page, never the file itself; everything else is only handed out."""

_TAP: Final = "Chose"
_WORDLESS: Final = MappingProxyType(
    {
        "SentDocument": "console.messages.file",
        "Started": "console.messages.started",
        "Withdrawn": "console.messages.withdrawn",
    }
)
_UNITS: Final = ("B", "kB", "MB", "GB")
_STEP: Final = 1000


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document of the list."""

    id: str
    name: str
    purpose: str
    size: str
    sha256: str
    caption: str
    state: str
    received_at: datetime
    by: str
    extension: str
    stored: bool
    picture: bool
    notes: tuple[str, ...]
    """What looking into the file found out, in words."""
    verdict: str
    dated: str
    is_paper: bool
    """Whether staff can say what they found in it: of what was spoken there is nothing to say."""
    response: str
    """The response during which it was sent, or ""."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that is asked for, and how far it is. `mark` is what staff said of it."""

    text: str
    state: PaperState
    link_id: str
    mark: PaperMark | None = None

    @property
    def can_be_marked(self) -> bool:
        """Say whether it can be called not needed: what came is judged itself."""
        return self.state in {PaperState.WANTED, PaperState.UNREADABLE}


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message of the timeline. `new_day` says that the day is to be named above it."""

    inbound: bool
    text: str
    state: str
    time: str
    day: str
    new_day: bool
    by_staff: bool = False
    why: str = ""
    """Why it has not left; empty where it has."""


def document_lines(documents: Sequence[DocumentView], forms: FormReader) -> list[DocumentLine]:
    """Return the documents, newest first."""
    newest_first = sorted(documents, key=lambda document: document.received_at, reverse=True)
    return [_document(document, forms) for document in newest_first]


def checklist(record: Record, forms: FormReader) -> list[PaperLine]:
    """Return how far each paper is that the questionnaires ask this patient for, in their order."""
    sent = [
        Paper(one.id, one.purpose, one.state, one.received_at, one.verdict)
        for one in record.documents
        if one.kind not in SPOKEN
    ]
    known = {"consultation": record.patient.decision is Outcome.CANDIDATE}
    marks, lines = record.patient.paper_marks, []
    for view in record.responses:
        questionnaire = forms.protocol.questionnaire(view.response.questionnaire, view.response.version)
        if questionnaire is None:
            continue
        for item, _ in slots(questionnaire, view.response.answers, known):
            if item.type is ItemType.ATTACHMENT and not forms.hides(item):
                mark = mark_of(item.link_id, marks)
                state = state_of(item.link_id, sent, marks)
                lines.append(PaperLine(forms.words.question(questionnaire, item), state, item.link_id, mark))
    return lines


def message_lines(
    messages: Sequence[MessageView], reader: Reader, consents: Sequence[ToldConsent] = ()
) -> list[MessageLine]:
    """Return the messages, oldest first, with their days."""
    since = _kept_since(consents)
    zone, language = reader.clinic.zone, reader.catalog.language
    lines: list[MessageLine] = []
    for message in sorted(messages, key=lambda message: message.at):
        day = local_day(message.at, zone, language)
        is_new = not lines or lines[-1].day != day
        text = _text(message, reader) or reader.catalog.plain(_without_text(message, since))
        time = local_time(message.at, zone)
        line = MessageLine(message.inbound, text, message.state, time, day, is_new, message.by_staff)
        lines.append(replace(line, why=why_unsent(message, reader.catalog)))
    return lines


def size_text(size: int | None) -> str:
    """Return a size in bytes as people say it: 1.4 MB."""
    if size is None:
        return "\N{EN DASH}"
    amount = float(size)
    for unit in _UNITS[:-1]:
        if amount < _STEP:
            return f"{amount:.0f} {unit}" if unit == _UNITS[0] else f"{amount:.1f} {unit}"
        amount /= _STEP
    return f"{amount:.1f} {_UNITS[-1]}"


def _document(document: DocumentView, forms: FormReader) -> DocumentLine:
    stored = document.state is DocumentState.STORED
    unsorted = forms.words.catalog.plain("console.documents.unsorted")
    return DocumentLine(
        id=document.id,
        name=document.name,
        purpose=forms.question_about(document.purpose) or unsorted,
        size=size_text(document.size),
        sha256=document.sha256,
        caption=document.caption,
        state=document.state,
        received_at=document.received_at,
        by=document.by,
        extension=_extension(document),
        stored=stored,
        picture=stored and document.mime in DRAWN,
        notes=tuple(_notes(document, forms)),
        verdict=document.verdict,
        dated=document.dated,
        is_paper=document.kind not in SPOKEN,
        response=document.response or "",
    )


def _notes(document: DocumentView, forms: FormReader) -> Iterator[str]:
    if document.state is DocumentState.PENDING and document.reason == NOT_SCANNED:
        yield forms.words.catalog.plain("console.finding.not_scanned")
    if document.inspection:
        yield from _found_out(document.inspection, forms)


def _found_out(found: Inspection, forms: FormReader) -> Iterator[str]:
    say = forms.words.catalog.plain
    if found.finding in {Finding.ACTIVE, Finding.UNSCANNED, Finding.UNCHECKED}:
        yield say(f"console.finding.{found.finding.value}")
    if found.pages > 1:
        yield say("console.found.pages", count=str(found.pages))
    if found.members:
        yield say("console.found.members", count=str(found.members))
    yield from (say(f"console.hint.{hint.value}") for hint in found.hints)
    if found.scan is None:
        return
    scan = found.scan
    words = " ".join((*scan.modalities, *scan.body_parts, *(_as_day(day) for day in scan.study_dates)))
    yield say("console.found.scan", words=words, series=str(scan.series))
    if scan.looked < scan.files:
        yield say("console.found.looked", looked=str(scan.looked), files=str(scan.files))
    if scan.is_the_patients is not None:
        yield say("console.found.named" if scan.is_the_patients else "console.found.other_name")


def _as_day(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _extension(document: DocumentView) -> str:
    suffix = PurePath(document.name).suffix or "." + document.mime.rpartition("/")[2]
    return suffix[1:5].upper()


def _text(message: MessageView, reader: Reader) -> str:
    """Return the words; a tapped label may answer a sensitive question, so not everybody reads it."""
    if message.is_restricted:
        return reader.catalog.plain("console.restricted.message")
    is_tap = message.inbound and message.kind == _TAP
    return "" if is_tap and not reader.may(Right.SEE_SENSITIVE) else message.text


def _kept_since(consents: Sequence[ToldConsent]) -> datetime | None:
    """Return from when on words are kept, None if they never were; after a no that is not known any more."""
    health = next((consent for consent in consents if consent.purpose is Purpose.HEALTH), None)
    if health is None:
        return None
    return health.at if health.given else datetime.min.replace(tzinfo=UTC)


def _without_text(message: MessageView, since: datetime | None) -> str:
    """Return the key of what stands in place of the words."""
    if message.inbound and message.kind in _WORDLESS:
        return _WORDLESS[message.kind]
    if message.inbound and not message.text and (since is None or message.at < since):
        return "console.messages.not_kept"
    return "console.messages.tap" if message.kind == _TAP else "console.messages.other"
