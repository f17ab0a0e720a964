"""A patient's own copy of an approved template: their language, their name, the clinic's short name."""

from collections.abc import Sequence
from typing import Final

from handlers.core.messages import Choice, Template
from handlers.core.templates import TemplateKind
from handlers.decision import Decision
from handlers.wording import language_of

NOBODY: Final = "-"
"""What stands for a value that is not known: a parameter may not be empty."""


def filled(decision: Decision, kind: TemplateKind, choices: Sequence[Choice]) -> Template:
    """Return the template for who writes at the decision's contact; a tap brings back a choice's data."""
    case = decision.case
    values = {
        # Who may be somebody else by now is not told a patient's name.
        "first_name": "" if case.contact.dialogue.doubt else case.patient.name,
        "clinic_short": case.clinic.texts.get("clinic_short") or case.clinic.name,
    }
    words = [values[name] or NOBODY for name in kind.fields]
    return kind.filled(language_of(case, decision.world), words, [choice.data for choice in choices])
