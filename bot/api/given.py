"""What the API takes, as JSON: dates of treatments are local, as staff type them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from handlers.core.case import Stage
from handlers.core.changes import Level
from handlers.core.course import Late, WhySkipped
from handlers.core.papers import Verdict
from handlers.core.worklist import Rest
from handlers.programme import WhyStopped

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
Line = Annotated[str, StringConstraints(pattern=r"^(task|flag|check-in):[0-9A-Za-z_-]{1,80}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Day = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
Local = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")]
Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Zone = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]


class Given(BaseModel):
    """A body: what it does not name is refused, so that a typing error changes nothing by half."""

    model_config = ConfigDict(extra="forbid")


class DateGiven(Given):
    """A treatment date to enter or to move.

    `which` is the id of the one that moves, "another" for a further one, "" for the only one of its kind:
    then the same again changes nothing.
    """

    kind: Literal["harvest", "infusion", "lab"]
    local: Local
    zone: Zone
    good_hour: Hour | None = None
    which: Id | Literal[""] = ""
    late: Late = Late.PLAN
    why: WhySkipped = WhySkipped.TOO_LATE


class StopGiven(Given):
    """Why everything stops."""

    why: WhyStopped


class PauseGiven(Given):
    """Until the morning of which day, at the clinic, no check-in is written."""

    until: Day


class SkipGiven(Given):
    """Why a check-in is left out."""

    why: WhySkipped


class CloseGiven(Given):
    """Why a task is done."""

    reason: Reason


class FindGiven(Given):
    """Whom to find: all that is given must hold. `typed` is a name, a birth date, a number or a code."""

    typed: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[^\x00]*$")] = (
        ""
    )
    stage: Stage | None = None
    flag: Level | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z-]{0,20}$")] = ""
    offset: Annotated[int, Field(ge=0, le=10_000_000, strict=True)] = 0
    limit: Annotated[int, Field(ge=1, le=200, strict=True)] = 50


class NoteGiven(Given):
    """A note for staff."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class TagGiven(Given):
    """One of the clinic's tags, or a new one."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class RestGiven(Given):
    """For how long a line rests, and why."""

    rest: Rest
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


class VerdictGiven(Given):
    """What was found in a file, and the month that stands on it."""

    verdict: Verdict
    dated: Annotated[str, StringConstraints(pattern=r"^((19|20)[0-9]{2}-(0[1-9]|1[0-2]))?$")] = ""


class AgainGiven(Given):
    """Why a file cannot be used."""

    verdict: Literal["unreadable", "locked", "other-person", "unsafe"]


class PersonGiven(Given):
    """The name under which the patient sees whoever speaks."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class LetterGiven(Given):
    """A person's words, and to which contact. `message` makes it one, however often the call is made.

    `sure` says that a person has looked at what the wording check asks about.
    """

    contact: Id
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
    message: Id
    sure: StrictBool = False


class PlaceGiven(Given):
    """The contact at which check-ins come first."""

    contact: Id


class LinkGiven(Given):
    """A link for a helper beside the patient, or by which the patient proves again who they are."""

    kind: Literal["helper", "again"]


class CaseNoteGiven(Given):
    """What a person did or saw about a case."""

    kind: Literal["note", "call"] = "note"
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000)]


class MergeGiven(Given):
    """Under which record this one is shown from now on."""

    into: Id


class InvitationGiven(Given):
    """For one new patient, or open to anybody."""

    kind: Literal["patient", "open"] = Field(default="patient")
