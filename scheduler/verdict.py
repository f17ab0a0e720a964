"""What follows from a send: the one place where every SendError is given its meaning (pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from handlers.core.case import Reach
from handlers.core.changes import CancelQueued, Change, OpenTask, SetReach
from handlers.core.contact_time import next_allowed
from handlers.core.values import ChannelKind, ContactId
from handlers.errors import (
    AccountFault,
    ContactGone,
    SendError,
    SendLater,
    SendRejected,
    SendUncertain,
    WindowClosed,
)
from handlers.ports import OutboxRow
from scheduler import retry

STATUS_WAIT: Final = timedelta(minutes=10)
"""How long WhatsApp is given to tell by a status whether an ambiguous message arrived."""

MAX_UNCERTAIN: Final = 2
"""The second ambiguous send ends a message as unknown: never three copies."""

PAIR_CODES: Final = frozenset({"131056"})
"""WhatsApp's limit of one conversation: nobody else has to wait for it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The service took it and calls it `provider_id`."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Again at `until`. `pause` is the service's own waiting time, for the account or the pair."""

    until: datetime
    code: str
    free: bool
    uncertain: bool = False
    pause: timedelta | None = None
    pair_only: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """It goes no further; `changes` are written with it. `is_lost`: nobody knows if it arrived."""

    state: str
    code: str
    changes: tuple[Change, ...] = ()
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class HoldAccount:
    """The account is refused: nothing is sent there for a while, no attempt is burnt."""

    code: str


Verdict = Sent | Postpone | End | HoldAccount


def before_sending(row: OutboxRow, now: datetime) -> End | Postpone | None:
    """Return how a claimed row ends without being sent, or until when it waits; None if it may go."""
    if row.cancelled:
        return End("cancelled", row.cancelled)
    if row.expires_at is not None and row.expires_at <= now:
        # The follow-up behind it has its own end and task; anything else needs one here.
        return End("expired", "expired", () if row.follow_up else (_task(row, "expired", "", now),))
    if row.uncertain >= (MAX_UNCERTAIN if row.resend_if_uncertain else 1):
        return _unknown(row, "uncertain", now)
    if row.quiet_zone and (morning := next_allowed(now, row.quiet_zone)) > now:
        return Postpone(morning, "quiet-hours", free=True)
    if not row.window_open and row.body.template is None:
        return End("held", "window-closed", (_task(row, "window-closed", "", now),))
    return None


def judge(row: OutboxRow, error: SendError, *, now: datetime, wait: timedelta) -> Verdict:
    """Return what a failed send leads to. `wait` is the back-off; `now` is business time."""
    match error:
        case SendLater():
            return _later(row, error, now=now, wait=wait)
        case SendRejected():
            return End("failed", error.code, (_task(row, "send-rejected", error.code, now),))
        case WindowClosed():
            return End("held", error.code, (_task(row, "window-closed", error.code, now),))
        case ContactGone():
            return End("failed", error.code, _gone(row, error.code, now))
        case AccountFault():
            return HoldAccount(error.code)
        case SendUncertain() | SendError():
            return _uncertain(row, error.code, now=now, wait=wait)
        case unreachable:
            assert_never(unreachable)


def _later(row: OutboxRow, error: SendLater, *, now: datetime, wait: timedelta) -> Verdict:
    if not error.free and retry.is_last(retry.SEND, row.attempts):
        return End("failed", error.code, (_task(row, "send-failed", error.code, now),))
    return Postpone(
        until=now + (wait if error.after is None else error.after),
        code=error.code,
        free=error.free,
        pause=error.after,
        pair_only=error.code in PAIR_CODES,
    )


def _uncertain(row: OutboxRow, code: str, *, now: datetime, wait: timedelta) -> Verdict:
    if not row.resend_if_uncertain or row.uncertain + 1 >= MAX_UNCERTAIN:
        return _unknown(row, code, now)
    if row.point.channel is ChannelKind.WHATSAPP:
        wait = STATUS_WAIT
    return Postpone(until=now + wait, code=code, free=False, uncertain=True)


def _unknown(row: OutboxRow, code: str, now: datetime) -> End:
    task = OpenTask("unknown-send", f"unknown:{row.follow_up or row.id}", now, code)
    return End("unknown", code, (task,), is_lost=True)


def _gone(row: OutboxRow, code: str, now: datetime) -> tuple[Change, ...]:
    contact = ContactId(row.contact)
    return (
        SetReach(contact, Reach.BLOCKED, now),
        CancelQueued(contact, "unreachable"),
        OpenTask("unreachable", f"unreachable:{contact}", now, code),
    )


def _task(row: OutboxRow, kind: str, code: str, now: datetime) -> OpenTask:
    return OpenTask(kind, f"{kind}:{row.id}", now, code)
