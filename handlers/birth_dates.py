"""The patient's date of birth, by which we make sure who is there."""

from collections.abc import Sequence
from typing import Final

from handlers.core.questionnaire import Item
from handlers.core.understanding.dates import read_date
from handlers.core.understanding.outcome import Likely, Understood
from handlers.core.values import Value
from handlers.decision import Decision
from handlers.wording import language_of

MOST_MISSES: Final = 3
"""So many wrong dates in a row are somebody else's."""


def is_birth_date(decision: Decision, text: str) -> bool:
    """Say whether typed words are the patient's date of birth, in any order a person writes it."""
    values = _read(decision, text)
    return values is not None and [str(value) for value in values] == [decision.case.patient.birth_date]


def is_date(decision: Decision, text: str) -> bool:
    """Say whether typed words are a date that a date of birth might be."""
    return _read(decision, text) is not None


def _read(decision: Decision, text: str) -> Sequence[Value] | None:
    item = birth_item(decision)
    words = decision.world.words(language_of(decision.case, decision.world))
    if item is None:
        return None
    match read_date(item, text, words, today=decision.now.date()):
        case Understood(values=values) | Likely(values=values):
            return values
        case _:
            return None


def birth_item(decision: Decision) -> Item | None:
    """Return the question for the date of birth, if the patient has answered it."""
    protocol = decision.world.protocol
    if not decision.case.patient.birth_date:
        return None
    known = (each.by_link_id.get(protocol.birth_item) for each in protocol.questionnaires.values())
    return next(filter(None, known), None)
