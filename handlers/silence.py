"""How long a number may be silent before it may be somebody else's (WhatsApp only)."""

from datetime import datetime, timedelta
from typing import Final

from handlers.core.case import Contact
from handlers.core.values import ChannelKind

LONG: Final = timedelta(days=120)
"""After so long a silence even a known user id is asked who is there. A telephone number with a new owner
comes with another id, which is noticed at once, so an unchanged id speaks for the same person. It is longer
than the plan itself is silent (three months and a window): whoever answers each check-in is never asked."""
LONG_WITHOUT_ID: Final = timedelta(days=30)
"""After so long a silence of somebody who is known by a telephone number only. Numbers are given away again,
and without an id there is nothing by which a new owner would be noticed (channels.md 3.7)."""


def is_user_id(address: str) -> bool:
    """Tell Meta's user id from a telephone number: "US.7031…", with the country before."""
    return "." in address


def longest(contact: Contact) -> timedelta:
    """Return how long somebody at WhatsApp may be silent before they may be somebody else."""
    return LONG if is_user_id(contact.point.address) else LONG_WITHOUT_ID


def is_long(contact: Contact, now: datetime) -> bool:
    """Say whether nothing was heard at a telephone number for so long that it may have a new owner."""
    if contact.point.channel is not ChannelKind.WHATSAPP or contact.last_heard_at is None:
        return False
    return now - contact.last_heard_at >= longest(contact)
