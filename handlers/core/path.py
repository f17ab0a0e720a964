"""The path through a questionnaire, derived from the answers and never stored.

Because it is derived, a corrected answer cannot leave the conversation on a path that it no longer
belongs to.
"""

from collections.abc import Mapping

from handlers.core.conditions import Enabling, most_instances
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.values import Answers, Slot, Value

Stop = tuple[Item, Slot]
"""One place on the path. A repeating group's own stop is the question "another one?"."""


def slots(questionnaire: Questionnaire, answers: Answers, calculated: Mapping[str, Value]) -> list[Stop]:
    """Return what is asked or shown, in order, given the answers so far: questions and displays.

    Hidden, read-only and calculated items are not on the path: nobody is asked them.
    """
    walk = _Walk(Enabling(questionnaire, answers, calculated), hidden=False)
    for run in questionnaire.runs:
        if isinstance(run, tuple):
            walk.stops += run
        else:
            walk.through((run,), ())
    return walk.stops


def silent(questionnaire: Questionnaire, answers: Answers, calculated: Mapping[str, Value]) -> list[Stop]:
    """Return the enabled items that nobody is asked and that answer themselves with `initial`."""
    if not questionnaire.answers_itself:
        return []
    walk = _Walk(Enabling(questionnaire, answers, calculated), hidden=True)
    walk.through(questionnaire.items, ())
    return [(item, slot) for item, slot in walk.stops if item.is_silent and item.initial and item.is_question]


def stop_at(
    questionnaire: Questionnaire, answers: Answers, calculated: Mapping[str, Value], slot: Slot
) -> Stop | None:
    """Return the question at a slot if it is on the path, else None.

    The same as looking for it in `slots`; outside repeating groups without walking all of them.
    """
    item = questionnaire.by_link_id.get(slot.link_id)
    if item is None or item.type is ItemType.DISPLAY:
        return None
    if item.repeating or slot.instance or item.type is ItemType.GROUP:
        path = slots(questionnaire, answers, calculated)
        return next((stop for stop in path if stop[1] == slot and is_asked(stop)), None)
    above = (questionnaire.by_link_id[link_id] for link_id in item.group_path)
    if item.is_silent or any(parent.hidden for parent in above):
        return None
    return (item, slot) if Enabling(questionnaire, answers, calculated).is_enabled(item) else None


def is_asked(stop: Stop) -> bool:
    """Say whether a stop is a question, and not a text to show."""
    return stop[0].type is not ItemType.DISPLAY


def next_open(path: list[Stop], answers: Answers) -> Stop | None:
    """Return the first question on the path that has neither an answer nor a skip, or None."""
    for stop in path:
        if stop[1] not in answers and is_asked(stop):
            return stop
    return None


def progress(questionnaire: Questionnaire, path: list[Stop], answers: Answers) -> tuple[int, int]:
    """Return the number of the open question, from 1, and how many there are as far as is known.

    Of the open ones only those that are enabled count, so the total rises when a branch opens. What was
    answered on a branch that has closed since still counts: the number never jumps back. At the end both
    are the total.
    """
    items = [questionnaire.by_link_id.get(slot.link_id) for slot in answers]
    given = len([item for item in items if item is not None and item.is_question and not item.is_silent])
    left = len([item for item, slot in path if item.is_question and slot not in answers])
    return given + min(left, 1), given + left


class _Walk:
    """One pass over a questionnaire's items, collecting the enabled ones in order."""

    def __init__(self, enabling: Enabling, *, hidden: bool) -> None:
        """Look at what `enabling` says; with `hidden`, also at silent items and inside hidden groups."""
        self._enabling = enabling
        self._hidden = hidden
        self.stops: list[Stop] = []

    def through(self, items: tuple[Item, ...], instance: tuple[int, ...]) -> None:
        """Collect these items, whose parent is enabled and answered, and what is below them."""
        for item in items:
            if item.hidden and not self._hidden:
                continue
            if item.enable_when and not self._enabling.is_enabled_below(item, instance):
                continue
            if item.type is not ItemType.GROUP:
                self._question(item, instance)
            elif item.repeats:
                self._instances(item, instance)
            else:
                self.through(item.items, instance)

    def _question(self, item: Item, instance: tuple[int, ...]) -> None:
        if self._hidden or not item.is_silent:
            self.stops.append((item, Slot(item.link_id, instance) if instance else item.plain_slot))
        for place in self._enabling.places_below(item, instance) if item.below else ():
            self.through(item.below, place)

    def _instances(self, group: Item, instance: tuple[int, ...]) -> None:
        least, most = group.constraints.min_occurs or 1, most_instances(group)
        for number in range(self._enabling.count(group, instance)):
            here = (*instance, number)
            self.through(group.items, here)
            if least <= number + 1 < most and (self._hidden or not group.is_silent):
                self.stops.append((group, Slot(group.link_id, here)))
