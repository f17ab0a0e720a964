"""One-time links to this conversation: for the same person elsewhere, or for a helper."""

from datetime import timedelta

from handlers.core.changes import AddInvitation
from handlers.core.values import ContactId
from handlers.decision import Decision

LINK_LIFE = timedelta(days=7)


def code_for(decision: Decision, *, contact: ContactId | None = None, helper: bool = False) -> str:
    """Return a new one-time code: for who writes at `contact` now, or for a helper."""
    world = decision.world
    code, now = world.ids.secret(), world.now_system
    by = "patient" if decision.case.contact.relation == "" else "helper"
    decision.add(AddInvitation(code, now, now + LINK_LIFE, by, helper=helper, contact=contact))
    return code


def page_link(decision: Decision, *, contact: ContactId | None = None, helper: bool = False) -> str:
    """Return a one-time link to our page."""
    return f"{decision.world.public_url}/chat/i/{code_for(decision, contact=contact, helper=helper)}"
