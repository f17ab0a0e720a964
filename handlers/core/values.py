"""Small frozen values that everything else speaks in: identities, channels, answers.

Answer values follow FHIR R4's answer types (http://hl7.org/fhir/R4/questionnaireresponse.html,
`item.answer.value[x]`); `storage` and the exports turn them into JSON, nothing here does I/O.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, NewType

from handlers.core.frozen import quick

ClinicId = NewType("ClinicId", str)
PatientId = NewType("PatientId", str)
ContactId = NewType("ContactId", str)
ResponseId = NewType("ResponseId", str)
FollowUpId = NewType("FollowUpId", str)
DocumentId = NewType("DocumentId", str)
OutboxId = NewType("OutboxId", str)
InboxId = NewType("InboxId", str)
Language = NewType("Language", str)


class ChannelKind(StrEnum):
    """The messaging services that Yorisoi speaks."""

    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    WEB = "web"
    TERMINAL = "terminal"


@quick
@dataclass(frozen=True, slots=True)
class ContactPoint:
    """Where somebody can be reached: an opaque address at one of our accounts.

    `address` is the service's own id (a Telegram chat id, a WhatsApp business-scoped
    user id or phone number, a web chat's random id): never a name, never shown.
    """

    channel: ChannelKind
    account: str
    address: str


class Purpose(StrEnum):
    """What a person can agree to, each on its own (clinical.md section 5)."""

    HEALTH = "health"
    ABROAD = "abroad"
    CHANNEL = "channel"
    MESSAGES = "messages"
    OWN_DOCTOR = "own_doctor"
    VOICE = "voice"


class AnsweredBy(StrEnum):
    """Who gave an answer (FHIR QuestionnaireResponse.source)."""

    PATIENT = "patient"
    HELPER = "helper"
    STAFF = "staff"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Coding:
    """A coded answer: one option of a list. `display` is the option's English label."""

    code: str
    system: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as the patient gave it; `unit` is a UCUM code where known."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, month or day (FHIR `date`); `about` marks a guess."""

    year: int
    month: int | None = None
    day: int | None = None
    about: bool = False

    def __str__(self) -> str:
        """Return the FHIR form: 2019, 2019-03 or 2019-03-07."""
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
            if self.day is not None:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)

    def first_day(self) -> date:
        """Return the earliest day that this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)


@dataclass(frozen=True, slots=True)
class FileRef:
    """An answer that is a file: the id of its document row (FHIR Attachment)."""

    document_id: DocumentId
    mime: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Url:
    """A web address as typed (FHIR `uri`)."""

    value: str


Value = bool | int | Decimal | str | Url | Coding | Quantity | PartialDate | datetime | time | FileRef
"""One answer value. `str` is FHIR string or text; `datetime` is aware and UTC."""


class Absent(StrEnum):
    """Why an answer holds no value (FHIR data-absent-reason)."""

    SKIPPED = "asked-declined"
    UNKNOWN = "asked-unknown"
    """They are not sure; nobody declined to answer."""
    VOICE = "unsupported"
    """It was spoken: the answer holds the voice note's file in place of a value of its kind."""


class Slot(NamedTuple):
    """One place in a questionnaire: a linkId, and under what repeats the instance numbers.

    `instance` counts from 0 and holds one number per enclosing repeating group (its instance) and repeating
    question (the place of the answer among its answers), outermost first; outside of them it is empty.
    A tuple, because answers are looked up by it so often.
    """

    link_id: str
    instance: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return the form used in exports: linkId or linkId#0.2."""
        return self.link_id + (f"#{'.'.join(map(str, self.instance))}" if self.instance else "")


@quick
@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in one slot now: values, or the reason why there are none."""

    slot: Slot
    values: tuple[Value, ...]
    at: datetime
    by: AnsweredBy = AnsweredBy.PATIENT
    source: str = ""
    absent: Absent | None = None
    who: ContactId | None = None
    """At which contact point it was given; no decision asks for it, staff see whose it is."""

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the coded values, in order."""
        return tuple(v.code for v in self.values if isinstance(v, Coding))


Answers = dict[Slot, Answer]
"""The current answers of one response. Treated as immutable: `step` returns a new one."""


def as_utc(moment: datetime) -> datetime:
    """Return `moment` in UTC; raise ValueError if it has no zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)
