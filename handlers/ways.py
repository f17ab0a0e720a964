"""One-time links to this conversation: for the same person elsewhere, or for a helper."""

from handlers.core.values import ContactId
from handlers.decision import Decision
from handlers.page_codes import new_code, page_of


def code_for(decision: Decision, *, contact: ContactId | None = None, helper: bool = False) -> str:
    """Return a new one-time code: for who writes at `contact` now, or for a helper."""
    made = new_code(decision.case, decision.world, contact=contact, helper=helper)
    decision.add(made)
    return made.code


def page_link(decision: Decision, *, contact: ContactId | None = None, helper: bool = False) -> str:
    """Return a one-time link to our page."""
    return page_of(decision.world, code_for(decision, contact=contact, helper=helper))
