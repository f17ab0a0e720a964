"""Answers carried from earlier parts of the intake to the conditions of later ones.

They are looked up whenever a part is walked and never copied: changing one in part A changes the path of
every later part at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.core.case import Response
from handlers.core.conditions import is_enabled
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.values import Answer, Answers, Slot, Value


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the intake that was begun, with its answers."""

    questionnaire: Questionnaire
    response: Response

    def asks(self, link_id: str) -> Item | None:
        """Return the item with this linkId if it is this part that asks it."""
        item = self.questionnaire.by_link_id.get(link_id)
        return None if item is None or item.carried else item


def carried_into(
    questionnaire: Questionnaire, parts: Sequence[Part], calculated: Mapping[str, Value]
) -> Answers:
    """Return what the other parts say now to a questionnaire's carried items.

    A skipped answer, and one to a question that is no longer asked, is none.
    """
    if not questionnaire.carried:
        return {}
    others = [part for part in parts if part.questionnaire.url != questionnaire.url]
    found = ((item.plain_slot, _live(item.link_id, others, calculated)) for item in questionnaire.carried)
    return {slot: answer for slot, answer in found if answer is not None}


def _live(link_id: str, parts: Sequence[Part], calculated: Mapping[str, Value]) -> Answer | None:
    for number, part in enumerate(parts):
        item = part.asks(link_id)
        answer = part.response.answers.get(Slot(link_id))
        if item is None or answer is None or not answer.values:
            continue
        known = {**carried_into(part.questionnaire, parts[:number], calculated), **part.response.answers}
        if is_enabled(item, questionnaire=part.questionnaire, answers=known, calculated=calculated):
            return answer
    return None
