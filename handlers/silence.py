"""How long a number may be silent before it may be somebody else's (WhatsApp only)."""

from datetime import datetime, timedelta
from typing import Final

from handlers.core.case import Contact
from handlers.core.values import ChannelKind

LONG: Final = timedelta(days=120)
"""After so long a silence a number may be somebody else's. It is longer than the plan itself is silent (three
months and a window): whoever answers each check-in is never asked. Where a number was given away sooner,
another business-scoped id writes from it."""


def is_long(contact: Contact, now: datetime) -> bool:
    """Say whether nothing was heard at a telephone number for so long that it may have a new owner."""
    heard = contact.last_heard_at
    return contact.point.channel is ChannelKind.WHATSAPP and heard is not None and now - heard > LONG
