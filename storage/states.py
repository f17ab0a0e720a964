"""The states of rows that only storage moves, and what a commit wakes."""

from enum import StrEnum


class InboxState(StrEnum):
    """Where an inbox row stands."""

    NEW = "new"
    DONE = "done"
    QUARANTINED = "quarantined"


class SendState(StrEnum):
    """Where a message of ours stands (DESIGN.md, the operational contract)."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class NoticeState(StrEnum):
    """Where what staff are told stands; queued with `settled_at` set, it has given way and is tried on."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AccountState(StrEnum):
    """Whether messages leave through a channel account."""

    ACTIVE = "active"
    HELD = "held"
    """The service took messages and refused them later: nothing leaves for a while, then some are tried."""
    REFUSED = "refused"
    """The service refuses it. Its sender still tries now and then, and finds out when it works again."""


class Wake(StrEnum):
    """A kind of work that a commit may have brought."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    SENT = "sent"
    """No work: whoever sent a message looks for the next one itself, but open pages show it."""
    FOLLOW_UPS = "follow-ups"
    DOCUMENTS = "documents"
    ALERTS = "alerts"
    SUMMARIES = "summaries"
    STRANGERS = "strangers"
    DESK = "desk"
    """No work either: a member of staff did something that their colleagues' open pages show."""
