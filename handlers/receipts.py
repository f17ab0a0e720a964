"""What the services tell us about our messages and about the people behind an address."""

from handlers import check_in, consents
from handlers.core.case import Reach
from handlers.core.changes import CancelQueued, MoveSend, SetReach
from handlers.core.events import Delivery, Receipt
from handlers.core.values import OutboxId
from handlers.decision import Decision


def receipt(decision: Decision, told: Receipt) -> None:
    """Move our message's state up; a failure becomes a task for a person."""
    decision.add(MoveSend(told.provider_id, told.state, decision.now, told.outbox_id, told.code))
    if told.state is Delivery.FAILED and not decision.case.is_new:
        decision.task("undelivered", key=f"undelivered:{told.outbox_id or told.provider_id}", note=told.code)


def stopped(decision: Decision, reason: str) -> None:
    """Send nothing more to somebody who blocked us; a coordinator sees it."""
    contact = decision.case.contact
    decision.contact(reach=Reach.BLOCKED)
    decision.add(SetReach(contact.id, Reach.BLOCKED, decision.now), CancelQueued(contact.id, reason))
    decision.task("unreachable", key=f"unreachable:{contact.id}", note=reason)


def resumed(decision: Decision) -> None:
    """Use an address again whose person is back; held check-ins go on."""
    contact = decision.case.contact
    if contact.reach is Reach.ACTIVE:
        return
    decision.contact(reach=Reach.ACTIVE)
    decision.add(SetReach(contact.id, Reach.ACTIVE, decision.now))
    consents.release(decision)


def lost(decision: Decision, outbox_id: OutboxId, follow_up_id: str | None) -> None:
    """Mark the check-in as unknown whose opening may never have arrived, unless it is answered."""
    follow_up = check_in.by_id(decision.case, follow_up_id or "")
    if follow_up is not None and check_in.is_unanswered(follow_up, outbox_id):
        check_in.unknown(decision, follow_up)
