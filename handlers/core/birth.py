"""The patient's birth date, against which the other dates are checked, and its own question is not."""

from datetime import date

from handlers.core.questionnaire import Item
from handlers.core.turn import Scene
from handlers.core.values import PartialDate, Slot


def birth_for(scene: Scene, item: Item) -> date | None:
    """Return what no answer to `item` may lie before: the birth date as it is answered now.

    The question for the birth date itself has no such limit: a wrong date could not be put right.
    """
    if item.link_id == scene.birth_item:
        return None
    answer = scene.response.answers.get(Slot(scene.birth_item))
    value = answer.values[0] if answer is not None and answer.values else None
    if isinstance(value, PartialDate) and value.month is not None and value.day is not None:
        return date(value.year, value.month, value.day)
    return scene.birth
