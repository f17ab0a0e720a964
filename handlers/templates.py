"""A patient's own copy of an approved template: their language, their name, the clinic's short name."""

from collections.abc import Sequence
from typing import Final

from handlers import silence
from handlers.core.limits import clipped
from handlers.core.messages import Choice, Template
from handlers.core.templates import TemplateKind
from handlers.decision import Decision
from handlers.wording import language_of

NOBODY: Final = "-"
"""What stands for a value that is not known: a parameter may not be empty."""

LONGEST_NAME: Final = 60
"""So much of a name is shown: an endless one would make the template too long for WhatsApp."""


def filled(decision: Decision, kind: TemplateKind, choices: Sequence[Choice]) -> Template:
    """Return the template for who writes at the decision's contact; a tap brings back a choice's data."""
    case = decision.case
    # Who may be somebody else by now is not told a patient's name.
    is_doubtful = case.contact.dialogue.doubt is not None or silence.is_long(case.contact, decision.now)
    values = {
        "first_name": "" if is_doubtful else clipped(case.patient.name, LONGEST_NAME),
        "clinic_short": case.clinic.texts.get("clinic_short") or case.clinic.name,
    }
    words = [values[name] or NOBODY for name in kind.fields]
    return kind.filled(language_of(case, decision.world), words, [choice.data for choice in choices])
