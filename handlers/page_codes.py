"""One-time codes that lead to our page, as changes: they need a case and the present, and no decision."""

from datetime import timedelta

from handlers.core.case import Case
from handlers.core.changes import AddInvitation
from handlers.core.values import ContactId
from handlers.world import World

LINK_LIFE = timedelta(days=7)


def new_code(
    case: Case, world: World, *, contact: ContactId | None = None, helper: bool = False
) -> AddInvitation:
    """Return a new code, made now: for who writes at `contact`, or for a helper."""
    now = world.now_system
    by = "patient" if case.contact.relation == "" else "helper"
    return AddInvitation(world.ids.secret(), now, now + LINK_LIFE, by, helper=helper, contact=contact)


def page_of(world: World, code: str) -> str:
    """Return the address of our page that takes a code."""
    return f"{world.public_url}/chat/i/{code}"
