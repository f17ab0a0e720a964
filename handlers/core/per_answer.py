"""Items under a repeating question: they are asked once for each of its answers.

FHIR R4 nests them so, QuestionnaireResponse.item.answer.item (http://hl7.org/fhir/R4/questionnaireresponse.html).
Which answer it is stands in `Slot.instance`, as its place among the question's answers. Those places shift
when the question is answered anew: what stands below an answer moves with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.core.frozen import replace
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.values import Answer, Answers, Slot, Value


@dataclass(frozen=True, slots=True)
class Above:
    """The answer that an item is asked about: one of those to a repeating question."""

    question: Item
    value: Value


def above(questionnaire: Questionnaire, answers: Answers, slot: Slot) -> Above | None:
    """Return the nearest answer that a slot stands under, None outside repeating questions."""
    item = questionnaire.by_link_id[slot.link_id]
    for link_id in reversed(item.repeating[: len(slot.instance)]):
        question = questionnaire.by_link_id[link_id]
        if question.is_question:
            depth = len(question.repeating)
            answer, number = answers.get(Slot(link_id, slot.instance[:depth])), slot.instance[depth]
            there = answer.values if answer else ()
            return Above(question, there[number]) if number < len(there) else None
    return None


def settled(questionnaire: Questionnaire, answers: Answers, answer: Answer) -> Answers:
    """Return the answers with one put among them, and what stands below its values moved along.

    What stood below a value that is no longer there is left out.
    """
    item, slot = questionnaire.by_link_id[answer.slot.link_id], answer.slot
    if not (item.repeats and item.is_question and item.below):
        return {**answers, slot: answer}
    before = answers.get(slot)
    places = _places(before.values if before else (), answer.values)
    result: Answers = {}
    for below, one in answers.items():
        there = _moved(questionnaire, below, slot, places)
        if there is not None:
            result[there] = (
                one if there == below else replace(one, slot=there, at=answer.at, source=answer.source)
            )
    result[slot] = answer
    return result


def _places(before: Sequence[Value], after: Sequence[Value]) -> dict[int, int]:
    """Return {place before: place after} of the values that stay."""
    return {place: after.index(value) for place, value in enumerate(before) if value in after}


def _moved(questionnaire: Questionnaire, below: Slot, slot: Slot, places: dict[int, int]) -> Slot | None:
    item, depth = questionnaire.by_link_id.get(below.link_id), len(slot.instance)
    is_below = item is not None and slot.link_id in item.repeating
    if not is_below or len(below.instance) <= depth or below.instance[:depth] != slot.instance:
        return below
    place = places.get(below.instance[depth])
    return (
        None
        if place is None
        else Slot(below.link_id, (*below.instance[:depth], place, *below.instance[depth + 1 :]))
    )
