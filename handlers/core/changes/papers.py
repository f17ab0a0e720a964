"""Changes to the files that a patient sends."""

from dataclasses import dataclass
from datetime import datetime

from handlers.core.papers import Verdict
from handlers.core.values import AnsweredBy, ContactId, DocumentId, ResponseId, Slot


@dataclass(frozen=True, slots=True)
class AddDocument:
    """A file waiting at the service; the fetch worker brings it in. `album` is what came together."""

    id: DocumentId
    contact: ContactId
    ref: str
    kind: str
    name: str
    mime: str
    size: int | None
    caption: str
    purpose: str
    at: datetime
    by: AnsweredBy
    source: str
    slot: Slot | None = None
    response: ResponseId | None = None
    album: str = ""


@dataclass(frozen=True, slots=True)
class JudgeDocument:
    """Staff looked at a file: what they found, and the date that stands on it ("2026-03") or ""."""

    id: DocumentId
    verdict: Verdict
    dated: str
    by: str
    at: datetime
