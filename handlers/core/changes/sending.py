"""Changes to what goes out."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.core.events import Delivery
from handlers.core.frozen import quick
from handlers.core.held import Way
from handlers.core.messages import Body, Lane
from handlers.core.values import ContactId, FollowUpId, OutboxId


@quick
@dataclass(frozen=True, slots=True)
class Queue:
    """A message to send. `dedupe_key` makes it unique by meaning; a second one adds nothing."""

    id: OutboxId
    contact: ContactId
    body: Body
    dedupe_key: str
    not_before: datetime
    expires_at: datetime | None = None
    lane: Lane = Lane.TURN
    turn: str = ""
    resend_if_uncertain: bool = True
    follow_up: FollowUpId | None = None
    opening: bool = False
    quiet_zone: str = ""
    """Where quiet hours hold for it, at the moment of sending too; "" if nowhere."""


@dataclass(frozen=True, slots=True)
class CancelQueued:
    """Everything still queued for this contact (or the whole patient) is cancelled.

    What is being sent in this moment is not tried again. With `follow_up`, only what is about that. The
    tasks that stood for what was held are closed `at` this moment.
    """

    contact: ContactId | None
    reason: str
    follow_up: FollowUpId | None = None
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LetGo:
    """What this account holds because of a template is looked at again: one of them is in order now."""

    at: datetime


@dataclass(frozen=True, slots=True)
class FreeHeld:
    """What is held for this contact is sorted out (`handlers.core.held`): what may go is queued again.

    `said` are the marks of what this very decision says to them, behind it. `zone` is where they are now:
    quiet hours hold there for what keeps any, wherever they were when it was held.
    """

    contact: ContactId
    at: datetime
    way: Way
    said: frozenset[str] = frozenset()
    zone: str = ""


@dataclass(frozen=True, slots=True)
class MoveSend:
    """A receipt: the message of ours with this provider id moves up to `state`, never down.

    One that failed is tried again at `again_at`, if that is not over by then and the same was not
    tried before.
    """

    provider_id: str
    state: Delivery
    at: datetime
    outbox_id: str = ""
    code: str = ""
    again_at: datetime | None = None
    held: bool = False
    """It failed for a reason that lies elsewhere: it waits until that is mended."""
    freely: bool = False
    """It is tried again however often: the fault is the account's, and costs no message its attempt."""
