"""What Meta's error codes mean for a message of ours (channels.md 3.11), as data and in one place. Pure.

Only codes leave this module, never a text of Meta's: it may hold a number or a patient's words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, assert_never

import httpx2

from bot.channels.loose_json import identity, mapping, number
from handlers.errors import (
    AccountFault,
    ContactGone,
    FetchError,
    FetchHeld,
    FetchLater,
    FetchRefused,
    NotToday,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    TemplateRefused,
    WindowClosed,
)

NEVER_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class Action(StrEnum):
    """What follows from an error. The values stand in the table in docs/."""

    WAIT = "the service or our rate: wait, no attempt is counted"
    RETRY = "an unknown fault, maybe of this message: try again, counted"
    DOUBT = "a fault that may have come after the message was taken: wait for a status"
    TEMPLATE_INSTEAD = "the window is closed: send the template"
    NEVER = "never send this message again; staff are told"
    TOMORROW = "not before a day has passed: once more then"
    GONE = "nobody can be reached there: stop writing"
    TEMPLATE_DEFECT = "this template will not be taken: the message is held, staff are told"
    ACCOUNT = "the account is refused: its whole queue is held, staff are told"


CODES: Final[tuple[tuple[Action, tuple[int, ...]], ...]] = (
    (Action.WAIT, (2, 4, 80007, 130429, 131016, 131056, 131057, 133004, 133016)),
    # Meta answers so to one broken message, too: a sender that never counts it would never end.
    (Action.RETRY, (1, 131000, 135000)),
    (Action.TEMPLATE_INSTEAD, (131047,)),
    (Action.NEVER, (100, 131008, 131009, 131021, 131030, 131051, 131052, 131053, 130403)),
    (Action.NEVER, (130472, 131062, 137000)),
    (Action.TOMORROW, (131049,)),
    (Action.GONE, (131026, 131050)),
    (Action.TEMPLATE_DEFECT, (131063, 132000, 132001, 132005, 132007, 132008, 132012)),
    (Action.TEMPLATE_DEFECT, (132015, 132016, 132018)),
    (Action.ACCOUNT, (0, 3, 10, *range(200, 300), 33, 190, 368, 130497, 131005, 131031, 131037, 131042)),
    (Action.ACCOUNT, (131045, 131048, 131064, 133010)),
)  # fmt: skip
ACTIONS: Final[Mapping[int, Action]] = MappingProxyType(
    {code: action for action, codes in CODES for code in codes}
)
PAUSES: Final[Mapping[int, timedelta]] = MappingProxyType(
    {
        4: timedelta(minutes=1),
        80007: timedelta(minutes=1),
        130429: timedelta(seconds=5),
        # One message per pair in six seconds: the sender makes only this conversation wait.
        131056: timedelta(seconds=6),
    }
)
"""How long to wait where Meta names no time, which it rarely does."""

_MISSING: Final = (100, 33)
"""Code and subcode of "this object does not exist": of a number when sending, of a file when fetching."""
_TOO_MANY: Final = 429
_LONGEST_PAUSE: Final = 3600
_REFUSED: Final = frozenset({401, 403})
_MISTAKEN: Final = 400
_BROKEN: Final = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that is no success. `code` is None where Meta's error object was missing."""

    http: int
    code: int | None = None
    subcode: int | None = None
    trace: str = ""
    after: timedelta | None = None

    @property
    def name(self) -> str:
        """Return what stands in logs and rows: Meta's code, else the HTTP status."""
        return f"http-{self.http}" if self.code is None else str(self.code)


def read_fault(http: int, headers: Mapping[str, str], answer: Any) -> Fault:
    """Return the fault in an answer; whatever is missing in it reads as absent."""
    error = mapping(mapping(answer).get("error"))
    wait = number(headers.get("Retry-After"))
    return Fault(
        http=http,
        code=number(error.get("code")),
        subcode=number(error.get("error_subcode")),
        trace=identity(error.get("fbtrace_id")),
        after=timedelta(seconds=min(wait, _LONGEST_PAUSE)) if wait and wait > 0 else None,
    )


def action_of(fault: Fault) -> Action:
    """Return what to do about a fault: by its code; by the HTTP status only where there is none."""
    if (fault.code, fault.subcode) == _MISSING:
        return Action.ACCOUNT
    known = None if fault.code is None else ACTIONS.get(fault.code)
    if fault.http >= _BROKEN and known in {None, Action.RETRY}:
        return Action.DOUBT
    if known is not None:
        return known
    if fault.http == _TOO_MANY or (fault.http < _MISTAKEN and fault.code is None):
        return Action.WAIT
    return Action.ACCOUNT if fault.http in _REFUSED and fault.code is None else Action.NEVER


def decide(fault: Fault) -> SendError:
    """Return what a fault says about the message that was to be sent."""
    action = action_of(fault)
    match action:
        case Action.WAIT:
            return SendLater(fault.name, after=fault.after or PAUSES.get(fault.code or 0), free=True)
        case Action.RETRY:
            return SendLater(fault.name, after=fault.after)
        case Action.DOUBT:
            return SendUncertain(fault.name)
        case Action.TEMPLATE_INSTEAD:
            return WindowClosed(fault.name)
        case Action.GONE:
            return ContactGone(fault.name)
        case Action.ACCOUNT:
            return AccountFault(fault.name, after=fault.after)
        case Action.TOMORROW:
            return NotToday(fault.name)
        case Action.TEMPLATE_DEFECT:
            return TemplateRefused(fault.name)
        case Action.NEVER:
            return SendRejected(fault.name)
        case unreachable:
            assert_never(unreachable)


def speaks(fault: Fault) -> bool:
    """Say whether a refusal of a harmless question shows that Meta itself answers and knows us."""
    is_broken = fault.http >= _BROKEN or action_of(fault) in {Action.WAIT, Action.RETRY}
    return not (is_broken or fault.http in _REFUSED or fault.code in {0, 190})


def decide_broken(error: Exception) -> SendError:
    """Return what a broken connection says: sure that nothing left us, or not."""
    if isinstance(error, NEVER_SENT):
        return SendLater("not-connected", free=True)
    return SendUncertain("no-answer")


def decide_fetch(fault: Fault) -> FetchError:
    """Return what a fault says about a file that was to be fetched."""
    # Errors over files are themselves counted, and too many close the door: what is gone is not asked again.
    if (fault.code, fault.subcode) == _MISSING or fault.code in {100, 131052}:
        return FetchRefused("gone")
    after = fault.after or PAUSES.get(fault.code or 0)
    match action_of(fault):
        case Action.ACCOUNT:
            return FetchHeld(fault.name, after=fault.after)
        case Action.WAIT | Action.DOUBT:
            return FetchLater(fault.name, after=after, free=True)
        case _:
            return FetchLater(fault.name, after=after)
