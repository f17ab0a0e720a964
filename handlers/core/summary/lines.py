"""Answers as lines: in the clinic's language, with the patient's own words beside them."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.summary.model import Line
from handlers.core.summary.places import Place, beside, places
from handlers.core.summary.told import Reading, ToldResponse
from handlers.core.values import Answer, Coding

NO: Final = frozenset({"no", "none", "0", "never", "n"})
"""Codes of options that say no (docs/writing-a-protocol.md): nothing to look at for somebody in a hurry."""
_TYPED: Final = frozenset({ItemType.TEXT, ItemType.STRING})


def lines_of(
    questionnaire: Questionnaire, part: ToldResponse, reading: Reading
) -> Iterator[tuple[Item, Line]]:
    """Yield the answers of one response in its questionnaire's order; gaps and files are told elsewhere."""
    answers = part.response.answers
    known = [slot for slot in answers if slot.link_id in questionnaire.by_link_id]
    for slot in sorted(known, key=lambda slot: (questionnaire.order.get(slot.link_id, 0), slot.instance)):
        item = questionnaire.item(slot.link_id)
        answer = answers[slot]
        if not (item.hidden or item.carried or item.type is ItemType.ATTACHMENT) and answer.absent is None:
            hides = partial(is_hidden, reading=reading)
            where = tuple(places(reading.clinic, questionnaire, answers, slot, hides))
            yield item, _line(questionnaire, item, answer, reading, where)


def _line(
    questionnaire: Questionnaire, item: Item, answer: Answer, reading: Reading, where: tuple[Place, ...]
) -> Line:
    question, place = reading.clinic.question(questionnaire, item) + beside(where), ", ".join(map(str, where))
    if is_hidden(item, reading):
        return Line(item.link_id, question, "", hidden=True, by=answer.by, place=place)
    said = reading.clinic.answer(questionnaire, item, answer)
    verbatim = is_verbatim(item, answer)
    own = "" if verbatim else _own_words(questionnaire, item, answer, reading)
    return Line(
        item.link_id,
        question,
        said,
        original=own if own != said else "",
        verbatim=verbatim,
        plain_no=bool(answer.codes()) and NO.issuperset(answer.codes()),
        by=answer.by,
        place=place,
    )


def is_hidden(item: Item, reading: Reading) -> bool:
    """Say whether the reader may not see this item's answers."""
    return bool(item.sensitive) and not reading.sees_sensitive


def is_verbatim(item: Item, answer: Answer) -> bool:
    """Say whether it was typed freely: such words are never translated, only marked."""
    if item.type in _TYPED:
        return bool(answer.values)
    return any(isinstance(value, str) and item.option_of(value) is None for value in answer.values)


def _own_words(questionnaire: Questionnaire, item: Item, answer: Answer, reading: Reading) -> str:
    """Return a coded answer's labels as the patient saw them; numbers and dates are the same everywhere."""
    if reading.patient.language == reading.clinic.language:
        return ""
    if not any(isinstance(value, Coding) for value in answer.values):
        return ""
    return reading.patient.answer(questionnaire, item, answer)
