"""Changes to the files that a patient sends."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.core.values import AnsweredBy, ContactId, DocumentId, ResponseId, Slot


class DocumentState(StrEnum):
    """How far a file is on its way to us."""

    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AddDocument:
    """A file waiting at the service; the fetch worker brings it in."""

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
