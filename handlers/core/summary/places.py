"""A question with its place beside it: the instance of a group, or the answer that it was asked about."""

from collections.abc import Callable, Iterator

from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.summary.told import Words
from handlers.core.values import Answer, Answers, Slot

Place = str | int
"""The answer above in words, or the number of an instance, from 1."""


def question_at(
    words: Words,
    questionnaire: Questionnaire,
    answers: Answers,
    slot: Slot,
    hides: Callable[[Item], bool] = lambda _: False,
) -> str:
    """Return the question at a slot in these words; an answer above that `hides` is only numbered."""
    question = words.question(questionnaire, questionnaire.item(slot.link_id))
    return question + beside(tuple(places(words, questionnaire, answers, slot, hides)))


def beside(found: tuple[Place, ...]) -> str:
    """Return places as they stand beside a question: " (levodopa) (07:00)", " [2]"; "" for none."""
    return "".join(f" [{place}]" if isinstance(place, int) else f" ({place})" for place in found)


def places(
    words: Words, questionnaire: Questionnaire, answers: Answers, slot: Slot, hides: Callable[[Item], bool]
) -> Iterator[Place]:
    """Yield where a slot stands, outermost first; nothing for what is asked once."""
    above = questionnaire.item(slot.link_id).repeating
    for depth, (link_id, number) in enumerate(zip(above, slot.instance, strict=False)):
        item, answer = questionnaire.item(link_id), answers.get(Slot(link_id, slot.instance[:depth]))
        there = answer.values[number : number + 1] if answer and item.is_question else ()
        if answer and there and not hides(item):
            yield words.answer(questionnaire, item, Answer(answer.slot, there, answer.at))
        else:
            yield number + 1
