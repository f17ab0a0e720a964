"""What stands in the way: a yes or no of our own, a doubt about who writes, a code of no use here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.core.values import ResponseId, Slot


class ConfirmKind(StrEnum):
    """What a pending yes/no question is about."""

    CHANGE_OLD = "change-old"
    READ_BACK = "read-back"
    UNSURE_MATCH = "unsure-match"


@dataclass(frozen=True, slots=True)
class Confirm:
    """A yes/no that stands open: about which slot of which response, with the value at stake.

    `value` is the encoded answer (codec.encode_values) that a Yes would store.
    """

    kind: ConfirmKind
    response: ResponseId | None = None
    slot: Slot | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Whoever writes here may be somebody else: since when (or the last wrong answer), and how often wrong.

    `asked`: the next words are the answer to who they are.
    """

    at: datetime
    misses: int = 0
    asked: bool = False


class Misplaced(StrEnum):
    """Why a one-time code that holds can't be used where it came in."""

    NOT = ""
    ANOTHER = "another"
    """It leads to another patient, and this address is of somebody of whom something is known."""
    HELPERS = "helpers"
    """A patient opened the link that they were given for their helper."""
