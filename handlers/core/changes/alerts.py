"""Changes that call staff, and what staff answer from their own chats."""

from dataclasses import dataclass
from datetime import datetime

from handlers.core.changes.flags import Level


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    """Staff are told of the case's patient at once, unless the task with this key is open already.

    It stands before that task's OpenTask. An alert that nobody has taken yet is one and the same for a
    patient: a louder level begins its chain anew. `opens_case` also opens a case of a possible adverse
    event, or joins the one that is open. While `hurried`, the next person is told as soon as of a RED answer.
    """

    task: str
    level: Level
    at: datetime
    opens_case: bool = False
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class JoinTeam:
    """A chat or a group came with a one-time code of the clinic's: alerts go there from now on."""

    code: str
    chat: str
    at: datetime
    at_system: datetime


@dataclass(frozen=True, slots=True)
class MoveTeam:
    """A group has another address by now: whatever is linked at the one before is told there."""

    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TellDay:
    """A chat asked what the day brings: it is told there, if it is linked."""

    chat: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeAlert:
    """Somebody at a chat of the clinic's staff takes an alert.

    `person` is their own chat, `name` what they are called there, `ack` what the service wants acknowledged.
    """

    alert: str
    chat: str
    person: str
    name: str
    ack: str
    at: datetime
