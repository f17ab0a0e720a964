"""How each way to a patient is: reachable, blocked, or behind WhatsApp's closed window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.core.case import Contact, Reach
from handlers.core.values import ChannelKind

OK: Final = "ok"
CLOSED: Final = "closed"
OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class Health:
    """One way to the patient or a helper. `state`: a word of `console.health`; `until` for an open window."""

    contact: Contact
    state: str
    until: datetime | None = None


def health_of(contacts: Sequence[Contact], now: datetime) -> list[Health]:
    """Return how each contact is, whoever was heard last first."""

    def heard(contact: Contact) -> float:
        return contact.last_heard_at.timestamp() if contact.last_heard_at else 0.0

    return [_health(one, now) for one in sorted(contacts, key=heard, reverse=True)]


def _health(contact: Contact, now: datetime) -> Health:
    if contact.reach is not Reach.ACTIVE:
        return Health(contact, contact.reach.value)
    if contact.point.channel is not ChannelKind.WHATSAPP:
        return Health(contact, OK)
    closes = contact.window_closes_at
    return Health(contact, OPEN, closes) if closes and closes > now else Health(contact, CLOSED)
