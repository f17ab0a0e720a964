"""The path through a questionnaire, derived from the answers and never stored.

Because it is derived, a corrected answer cannot leave the conversation on a path that it no longer
belongs to.
"""

from collections.abc import Iterator, Mapping

from handlers.core.conditions import Enabling, is_note, most_instances
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.values import Answers, Slot, Value

Stop = tuple[Item, Slot]
"""One place on the path. A repeating group's own stop is the question "another one?"."""


def slots(questionnaire: Questionnaire, answers: Answers, calculated: Mapping[str, Value]) -> list[Stop]:
    """Return what is asked or shown, in order, given the answers so far: questions and displays.

    Hidden, read-only and calculated items are not on the path: nobody is asked them.
    """
    enabling = Enabling(questionnaire, answers, calculated)
    return [stop for stop in _walk(enabling, questionnaire.items, ()) if not _is_silent(stop[0])]


def silent(questionnaire: Questionnaire, answers: Answers, calculated: Mapping[str, Value]) -> list[Stop]:
    """Return the enabled items that nobody is asked and that answer themselves with `initial`."""
    enabling = Enabling(questionnaire, answers, calculated)
    stops = _walk(enabling, questionnaire.items, (), hidden=True)
    return [(item, slot) for item, slot in stops if _is_silent(item) and item.initial and item.is_question]


def is_asked(stop: Stop) -> bool:
    """Say whether a stop is a question, and not a text to show."""
    return stop[0].type is not ItemType.DISPLAY


def next_open(path: list[Stop], answers: Answers) -> Stop | None:
    """Return the first question on the path that has neither an answer nor a skip, or None."""
    return next((stop for stop in path if is_asked(stop) and stop[1] not in answers), None)


def progress(path: list[Stop], answers: Answers) -> tuple[int, int]:
    """Return the number of the open question, from 1, and how many there are as far as is known.

    Only questions that are enabled count, so the total rises when a branch opens. At the end both
    numbers are the total.
    """
    questions = [slot for item, slot in path if item.is_question]
    answered = sum(slot in answers for slot in questions)
    return min(answered + 1, len(questions)), len(questions)


def _is_silent(item: Item) -> bool:
    return item.read_only or item.hidden or bool(item.calculated)


def _walk(
    enabling: Enabling, items: tuple[Item, ...], instance: tuple[int, ...], *, hidden: bool = False
) -> Iterator[Stop]:
    for item in items:
        if (item.hidden and not hidden) or not enabling.is_enabled(item, instance):
            continue
        if item.type is not ItemType.GROUP:
            yield from _question(enabling, item, instance, hidden=hidden)
        elif item.repeats:
            yield from _instances(enabling, item, instance, hidden=hidden)
        else:
            yield from _walk(enabling, item.items, instance, hidden=hidden)


def _question(enabling: Enabling, item: Item, instance: tuple[int, ...], *, hidden: bool) -> Iterator[Stop]:
    if not item.items:
        yield item, Slot(item.link_id, instance)
        return
    notes = tuple(child for child in item.items if is_note(child))
    yield from _walk(enabling, notes, instance, hidden=hidden)
    yield item, Slot(item.link_id, instance)
    others = tuple(child for child in item.items if not is_note(child))
    yield from _walk(enabling, others, instance, hidden=hidden)


def _instances(enabling: Enabling, group: Item, instance: tuple[int, ...], *, hidden: bool) -> Iterator[Stop]:
    least, most = group.constraints.min_occurs or 1, most_instances(group)
    for number in range(enabling.count(group, instance)):
        yield from _walk(enabling, group.items, (*instance, number), hidden=hidden)
        if least <= number + 1 < most:
            yield group, Slot(group.link_id, (*instance, number))
