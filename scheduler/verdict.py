"""What follows from a send: the one place where every SendError is given its meaning (pure)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from handlers.core.case import Reach
from handlers.core.changes import CancelQueued, Change, OpenTask, SetReach
from handlers.core.contact_time import next_allowed
from handlers.core.travel import clock_at
from handlers.core.values import ChannelKind, ContactId
from handlers.errors import (
    AccountFault,
    ContactGone,
    DayFull,
    NotToday,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    TemplateRefused,
    WindowClosed,
)
from handlers.ports import OutboxRow
from scheduler import retry

STATUS_WAIT: Final = timedelta(minutes=10)
"""How long WhatsApp is given to tell by a status whether an ambiguous message arrived."""

RESEND_WAIT: Final = timedelta(seconds=10)
"""How long the one resend waits at least where no status will tell: the service has just failed."""

MAX_UNCERTAIN: Final = 2
"""The second ambiguous send ends a message as unknown: never three copies."""

A_DAY: Final = timedelta(hours=24)

PAIR_CODES: Final = frozenset({"131056"})
"""WhatsApp's limit of one conversation: nobody else has to wait for it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The service took it and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Again at `until`, for a reason that lies in this message: others may pass it."""

    until: datetime
    code: str
    free: bool
    uncertain: bool = False
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Rest:
    """Not now, for a reason that lies elsewhere: no attempt is counted, and it keeps its place.

    `pause` is the service's own waiting time, for the account or (`pair_only`) this conversation.
    `taken` parts of the message have arrived, here and in `Postpone`.
    """

    wait: timedelta
    code: str
    pause: timedelta | None = None
    pair_only: bool = False
    taken: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """It goes no further; `changes` are written with it. `is_lost`: nobody knows if it arrived.

    `uncertain`: the try that ended it was an ambiguous send itself. `free`: nothing was tried, and it may go
    later: no attempt is counted. `is_shut`: the service's window is closed, whatever our clock says.
    """

    state: str
    code: str
    changes: tuple[Change, ...] = ()
    is_lost: bool = False
    uncertain: bool = False
    free: bool = False
    is_shut: bool = False


@dataclass(frozen=True, slots=True)
class HoldAccount:
    """The account is refused: nothing is sent there for a while, no attempt is burnt."""

    code: str
    taken: int = 0


Verdict = Sent | Postpone | Rest | End | HoldAccount


def before_sending(row: OutboxRow, now: datetime) -> End | Postpone | None:
    """Return how a claimed row ends without being sent, or until when it waits; None if it may go."""
    if row.cancelled:
        return End("cancelled", row.cancelled)
    if row.broken:
        return poisoned(row, row.broken, now)
    if row.uncertain >= _most_uncertain(row) and not _awaits_status(row, now):
        return _unknown(row, "uncertain", now)
    if row.ambiguous_at is not None and _awaits_status(row, now):
        return Postpone(row.ambiguous_at + STATUS_WAIT, "awaits-status", free=True)
    if row.expires_at is not None and row.expires_at <= now:
        return _expired(row, now)
    if row.quiet_zone and (morning := next_allowed(now, clock_at(row.quiet_zone, now))) > now:
        return Postpone(morning, "quiet-hours", free=True)
    if not row.window_open and row.body.template is None:
        return End("held", "window-closed", (_task(row, "window-closed", "", now),), free=True)
    return None


def poisoned(row: OutboxRow, fault: str, now: datetime) -> End | Postpone:
    """Return what becomes of a row that we break on: tried three times, then shown to a person."""
    if retry.is_last(retry.POISON, row.attempts):
        return End("failed", fault, (_task(row, "send-failed", fault, now),))
    return Postpone(now + retry.back_off(retry.POISON, row.attempts, 1.0), fault, free=False)


def judge(row: OutboxRow, error: SendError, *, now: datetime, wait: timedelta) -> Verdict:
    """Return what a failed send leads to. `wait` is the back-off; `now` is business time."""
    verdict = _judged(row, error, now=now, wait=wait)
    return verdict if isinstance(verdict, Sent | End) else replace(verdict, taken=error.taken)


def _judged(row: OutboxRow, error: SendError, *, now: datetime, wait: timedelta) -> Verdict:
    match error:
        case SendLater():
            return _later(row, error, now=now, wait=wait)
        case NotToday():
            return _tomorrow(row, error.code, now)
        case SendRejected():
            return End("failed", error.code, (_task(row, "send-rejected", error.code, now),))
        case TemplateRefused():
            return End("held", error.code, (_task(row, "template-refused", error.code, now),))
        case DayFull(until=until):
            return _no_place(row, error.code, until, now)
        case WindowClosed():
            told = (_task(row, "window-closed", error.code, now),)
            return End("held", error.code, told, is_shut=row.window_open)
        case ContactGone():
            return End("failed", error.code, _gone(row, error.code, now))
        case AccountFault():
            return HoldAccount(error.code)
        case SendUncertain() | SendError():
            return _uncertain(row, error.code, now=now, wait=wait)
        case unreachable:
            assert_never(unreachable)


def _later(row: OutboxRow, error: SendLater, *, now: datetime, wait: timedelta) -> Verdict:
    if error.free:
        after = wait if error.after is None else error.after
        return Rest(after, error.code, pause=error.after, pair_only=error.code in PAIR_CODES)
    if retry.is_last(retry.SEND, row.attempts):
        return End("failed", error.code, (_task(row, "send-failed", error.code, now),))
    return Postpone(now + (wait if error.after is None else error.after), error.code, free=False)


def _tomorrow(row: OutboxRow, code: str, now: datetime) -> Verdict:
    again = now + A_DAY
    if row.code == code or (row.expires_at is not None and row.expires_at <= again):
        return End("failed", code, (_task(row, "send-rejected", code, now),))
    return Postpone(again, code, free=False)


def _no_place(row: OutboxRow, code: str, until: datetime, now: datetime) -> Verdict:
    if row.expires_at is None or until < row.expires_at:
        return Postpone(until, code, free=True)
    # No place comes in time: ended now, a check-in can still be opened at another place of the patient's.
    return End("failed", code, () if row.follow_up else (_task(row, "send-failed", code, now),))


def _uncertain(row: OutboxRow, code: str, *, now: datetime, wait: timedelta) -> Verdict:
    if row.point.channel is ChannelKind.WHATSAPP:
        # A status may still tell, even for what will not be sent again.
        return Postpone(now + STATUS_WAIT, code, free=False, uncertain=True)
    if row.uncertain + 1 >= _most_uncertain(row):
        return replace(_unknown(row, code, now), uncertain=True)
    return Postpone(now + max(wait, RESEND_WAIT), code, free=False, uncertain=True)


def _most_uncertain(row: OutboxRow) -> int:
    return MAX_UNCERTAIN if row.resend_if_uncertain else 1


def _awaits_status(row: OutboxRow, now: datetime) -> bool:
    """Say whether a status may still tell if it arrived: after a timeout, or a sender that died over it."""
    if row.point.channel is not ChannelKind.WHATSAPP or row.ambiguous_at is None:
        return False
    return now < row.ambiguous_at + STATUS_WAIT


def _expired(row: OutboxRow, now: datetime) -> End:
    if row.uncertain:
        # It may have been sent in time: nobody may be told that it never was.
        return _unknown(row, "expired", now)
    # The follow-up behind it has its own end and task; anything else needs one here.
    return End("expired", "expired", () if row.follow_up else (_task(row, "expired", "", now),))


def _unknown(row: OutboxRow, code: str, now: datetime) -> End:
    task = OpenTask("unknown-send", f"unknown:{row.follow_up or row.id}", now, code)
    return End("unknown", code, (task,), is_lost=True)


def _gone(row: OutboxRow, code: str, now: datetime) -> tuple[Change, ...]:
    contact = ContactId(row.contact)
    return (
        SetReach(contact, Reach.BLOCKED, now),
        CancelQueued(contact, "unreachable", at=now),
        OpenTask("unreachable", f"unreachable:{contact}", now, code),
    )


def _task(row: OutboxRow, kind: str, code: str, now: datetime) -> OpenTask:
    return OpenTask(kind, f"{kind}:{row.id}", now, code)
