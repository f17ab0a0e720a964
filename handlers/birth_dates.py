"""The patient's date of birth, by which we make sure who is there."""

from typing import Final

from handlers.core.questionnaire import Item
from handlers.core.understanding.dates import read_date
from handlers.core.understanding.outcome import Likely, Understood
from handlers.decision import Decision
from handlers.wording import language_of

MOST_MISSES: Final = 3
"""So many wrong dates in a row are somebody else's."""


def is_birth_date(decision: Decision, text: str) -> bool:
    """Say whether typed words are the patient's date of birth, in any order a person writes it."""
    item = birth_item(decision)
    words = decision.world.words(language_of(decision.case, decision.world))
    if item is None:
        return False
    match read_date(item, text, words, today=decision.now.date()):
        case Understood(values=values) | Likely(values=values):
            return [str(value) for value in values] == [decision.case.patient.birth_date]
        case _:
            return False


def birth_item(decision: Decision) -> Item | None:
    """Return the question for the date of birth, if the patient has answered it."""
    protocol = decision.world.protocol
    if not decision.case.patient.birth_date:
        return None
    known = (each.by_link_id.get(protocol.birth_item) for each in protocol.questionnaires.values())
    return next(filter(None, known), None)
