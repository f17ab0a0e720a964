"""What the services tell us about our messages and about the people behind an address."""

from datetime import datetime, timedelta
from typing import Final

from handlers import check_in, consents, endings, places
from handlers.core.case import FollowUpState, Reach
from handlers.core.changes import CancelQueued, CloseTask, MoveSend, SetReach
from handlers.core.contact_time import service_window
from handlers.core.events import Delivery, Receipt, Setback
from handlers.core.frozen import replace
from handlers.core.values import OutboxId
from handlers.decision import Decision

A_DAY: Final = timedelta(days=1)
SOON: Final = timedelta(minutes=1)
ACCOUNT_WAIT: Final = timedelta(minutes=5)
_TASKS: Final = {Setback.TEMPLATE: "template-refused", Setback.ACCOUNT: "account-refused"}
"""What staff are told of a failure that is no single message's."""


def receipt(decision: Decision, told: Receipt, at: datetime) -> None:
    """Move our message's state up; a failure becomes a task for a person, or shows that nobody is there.

    `at` is the service's own time of what it tells: statuses come late, and in any order.
    """
    again_at = _again_at(decision, told)
    is_held = told.setback is Setback.TEMPLATE
    decision.add(
        MoveSend(
            told.provider_id,
            told.state,
            decision.now,
            told.outbox_id,
            told.code,
            again_at=again_at,
            held=is_held,
            freely=told.setback is Setback.ACCOUNT,
        )
    )
    if decision.case.is_new:
        return
    if told.state is not Delivery.FAILED:
        _found(decision, told.outbox_id)
    elif told.setback is Setback.GONE:
        stopped(decision, told.code)
    elif told.setback is Setback.WINDOW_CLOSED:
        # The service knows better than our clock: what is tried again goes as its template.
        if not _was_heard_since(decision, at):
            decision.contact(window_closes_at=decision.now)
    else:
        _tell_staff(decision, told)
        if told.outbox_id:
            _look_elsewhere(decision, told, again_at)


def _was_heard_since(decision: Decision, at: datetime) -> bool:
    """Say whether a word opened the window after the service had said that it is closed.

    Both are the service's times, in whole seconds: in the same second the word counts, and if the window
    was closed after all, what is tried again is told so once more.
    """
    closes = decision.case.contact.window_closes_at
    return closes is not None and closes >= service_window(at)


def _look_elsewhere(decision: Decision, told: Receipt, again_at: datetime | None) -> None:
    """Open a check-in at another place whose opening will not arrive here."""
    if again_at is None:
        places.failed_at(decision, decision.case.contact.id, outbox=told.outbox_id)
    elif told.setback is not Setback.ACCOUNT:
        places.tried_again(decision, told.outbox_id, told.code, again_at)


def _tell_staff(decision: Decision, told: Receipt) -> None:
    """Open a task for each message; a fault of the account is one for each patient."""
    kind, about = _TASKS.get(told.setback, "undelivered"), told.outbox_id or told.provider_id
    if told.setback is Setback.ACCOUNT:
        about = f"{decision.case.contact.point.channel.value}:{told.code}"
    decision.task(kind, key=f"{kind}:{about}", note=told.code)


def _again_at(decision: Decision, told: Receipt) -> datetime | None:
    match told.setback:
        case Setback.NOT_TODAY:
            return decision.now + A_DAY
        case Setback.WINDOW_CLOSED:
            return decision.now
        case Setback.PASSING:
            return decision.now + SOON
        case Setback.ACCOUNT:
            # Not at once: the queue would only run into the same refusal.
            return decision.now + ACCOUNT_WAIT
        case _:
            return None


def _found(decision: Decision, outbox_id: str) -> None:
    """Take a check-in for in progress again whose opening was held for lost and arrived after all."""
    for follow_up in decision.case.follow_ups:
        if outbox_id and follow_up.outbox == outbox_id and follow_up.state is FollowUpState.UNKNOWN:
            decision.follow_up(replace(follow_up, state=FollowUpState.IN_PROGRESS))
            decision.add(CloseTask(f"unknown:{follow_up.id}", decision.now))


def stopped(decision: Decision, reason: str) -> None:
    """Send nothing more to somebody who blocked us; a coordinator sees it."""
    contact = decision.case.contact
    if contact.reach in {Reach.STOPPED, Reach.ENDED, Reach.ASKED}:
        return
    decision.contact(reach=Reach.BLOCKED)
    decision.add(SetReach(contact.id, Reach.BLOCKED, decision.now))
    decision.add(CancelQueued(contact.id, reason, at=decision.now))
    decision.task("unreachable", key=f"unreachable:{contact.id}", note=reason)
    places.failed_at(decision, contact.id)


def resumed(decision: Decision) -> None:
    """Use an address again whose person is back; held check-ins go on."""
    contact = decision.case.contact
    if contact.reach is not Reach.BLOCKED:
        return
    decision.contact(reach=Reach.ACTIVE)
    decision.add(SetReach(contact.id, Reach.ACTIVE, decision.now))
    consents.release(decision)


def lost(decision: Decision, outbox_id: OutboxId, follow_up_id: str | None) -> None:
    """Mark the check-in as unknown whose opening may never have arrived, unless it is answered."""
    follow_up = check_in.by_id(decision.case, follow_up_id or "")
    if follow_up is not None and check_in.is_unanswered(follow_up, outbox_id):
        endings.unknown(decision, follow_up)
