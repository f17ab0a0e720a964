"""Changes to what a patient has said and agreed to."""

from dataclasses import dataclass
from datetime import datetime

from handlers.core.case import Response, ResponseStatus
from handlers.core.values import Answer, AnsweredBy, Purpose, ResponseId, Slot


@dataclass(frozen=True, slots=True)
class StartResponse:
    """A questionnaire is begun."""

    response: Response


@dataclass(frozen=True, slots=True)
class CloseResponse:
    """A response is completed, amended or stopped."""

    response: ResponseId
    status: ResponseStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class PutAnswer:
    """An answer is given or changed; what stood there before is kept as history."""

    response: ResponseId
    answer: Answer


@dataclass(frozen=True, slots=True)
class DropAnswer:
    """An answer no longer holds because another one changed; it is kept as history."""

    response: ResponseId
    slot: Slot
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """A yes or no to one purpose, with the text it was given to (clinical.md section 5)."""

    purpose: Purpose
    given: bool
    text_version: str
    text_hash: str
    language: str
    at: datetime
    by: AnsweredBy
    name: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class DropHealthData:
    """Consent to health data was refused or withdrawn before sending: delete the answers.

    What stays: the refusal record, the patient row without name, ids and hashes.
    """

    at: datetime
