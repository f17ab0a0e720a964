"""Which items are enabled: FHIR R4's enableWhen.

The meaning is HL7's (http://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html and the
notes on http://hl7.org/fhir/R4/questionnaire.html):

- `exists` holds when "there is an answer" equals the condition's true or false;
- `=` holds when at least one answer equals the value, `!=` when none does, so `!=` also holds where
  there is no answer at all;
- `>`, `<`, `>=`, `<=` hold when at least one answer compares so; without an answer they don't (R4's
  own wording, "at least no answer", is a slip that R5 mended);
- a question that is itself disabled counts as unanswered, even if an answer is still stored;
- a skipped question has no answer;
- an item inside a disabled group, or under a question without an answer, is disabled;
- of a question in a repeating group, the nearest occurrence is meant: the same instance, else the
  last one before, else the first one after. What stands under a repeating question is asked for each of
  its answers; there this very answer is the nearest.
"""

from collections.abc import Mapping, Sequence

from handlers.core.comparing import compared, same
from handlers.core.questionnaire import Condition, Item, ItemType, Operator, Questionnaire
from handlers.core.values import Answers, Slot, Value

MAX_INSTANCES = 50
"""A repeating group without maxOccurs ends here."""


def is_enabled(
    item: Item,
    instance: tuple[int, ...] = (),
    *,
    questionnaire: Questionnaire,
    answers: Answers,
    calculated: Mapping[str, Value],
) -> bool:
    """Say whether an item is enabled, given the answers. For many items keep one `Enabling`."""
    return Enabling(questionnaire, answers, calculated).is_enabled(item, instance)


class Enabling:
    """The answers of one moment, asked again and again which items they enable."""

    def __init__(
        self, questionnaire: Questionnaire, answers: Answers, calculated: Mapping[str, Value]
    ) -> None:
        """Look at these answers; they must not change afterwards."""
        self._questionnaire = questionnaire
        self._answers = answers
        self._calculated = calculated
        self._known: dict[tuple[str, tuple[int, ...]], bool] = {}

    def is_enabled(self, item: Item, instance: tuple[int, ...] = ()) -> bool:
        """Say whether the item is enabled in this instance of the groups around it."""
        if not item.enable_when and not item.group_path:
            return True
        key = (item.link_id, instance)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._is_open_above(item, instance) and self._conditions_hold(
                item, instance
            )
        return known

    def is_enabled_below(self, item: Item, instance: tuple[int, ...]) -> bool:
        """Say the same of an item of which is known that everything above it is enabled and answered."""
        if not item.enable_when:
            return True
        key = (item.link_id, instance)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._conditions_hold(item, instance)
        return known

    def values(self, item: Item, instance: tuple[int, ...] = ()) -> tuple[Value, ...]:
        """Return what the engine or the patient set there; empty if skipped or never asked."""
        if item.calculated and item.calculated in self._calculated:
            return (self._calculated[item.calculated],)
        answer = self._answers.get(Slot(item.link_id, instance) if instance else item.plain_slot)
        return answer.values if answer and answer.absent is None else ()

    def places_below(self, question: Item, instance: tuple[int, ...]) -> Sequence[tuple[int, ...]]:
        """Return the instances in which what stands under a question is asked: one an answer."""
        values = self.values(question, instance)
        if question.repeats:
            return [(*instance, number) for number in range(len(values))]
        return (instance,) if values else ()

    def count(self, item: Item, instance: tuple[int, ...]) -> int:
        """Return how often what stands under a repeating item is asked.

        Of a group one more time after each "another one", of a question once for each answer.
        """
        if item.is_question:
            return len(self.values(item, instance))
        least, most = item.constraints.min_occurs or 1, most_instances(item)
        for number in range(most):
            answer = self._answers.get(Slot(item.link_id, (*instance, number)))
            if number + 1 >= least and not (answer and answer.values == (True,)):
                return number + 1
        return most

    def _is_open_above(self, item: Item, instance: tuple[int, ...]) -> bool:
        if not item.group_path:
            return True
        parent = self._questionnaire.by_link_id[item.group_path[-1]]
        above = instance[: len(parent.repeating)]
        if not self.is_enabled(parent, above):
            return False
        return parent.type is ItemType.GROUP or instance[: len(item.repeating)] in self.places_below(
            parent, above
        )

    def _conditions_hold(self, item: Item, instance: tuple[int, ...]) -> bool:
        for condition in item.enable_when:
            if self.holds(condition, item, instance) is item.enable_any:
                return item.enable_any
        return not item.enable_any or not item.enable_when

    def holds(self, condition: Condition, item: Item, instance: tuple[int, ...]) -> bool:
        """Say whether one condition of an item holds, whatever else the item hangs on."""
        question = self._questionnaire.by_link_id[condition.question]
        there = self._nearest(question, item, instance) if question.repeating else ()
        values = self.values(question, there) if self.is_enabled(question, there) else ()
        if question.repeats and question.link_id in item.repeating and question.is_question:
            values = values[instance[len(there)] :][:1]
        match condition.operator:
            case Operator.EXISTS:
                return bool(values) is condition.value
            case Operator.EQUALS:
                return _is_one(values, condition.value)
            case Operator.DIFFERS:
                return not _is_one(values, condition.value)
            case Operator.GREATER | Operator.LESS | Operator.AT_LEAST | Operator.AT_MOST:
                return any(compared(value, condition.operator, condition.value) for value in values)

    def _nearest(self, question: Item, item: Item, instance: tuple[int, ...]) -> tuple[int, ...]:
        groups = question.repeating
        shared = 0
        while shared < min(len(groups), len(instance)) and groups[shared] == item.repeating[shared]:
            shared += 1
        there = instance[:shared]
        is_before = self._questionnaire.order[question.link_id] < self._questionnaire.order[item.link_id]
        for link_id in groups[shared:]:
            group = self._questionnaire.by_link_id[link_id]
            there = (*there, max(self.count(group, there) - 1, 0) if is_before else 0)
        return there


def _is_one(values: tuple[Value, ...], wanted: Value) -> bool:
    # Asked of every condition at every answer: a loop of its own would cost half of it again.
    return same(values[0], wanted) if len(values) == 1 else any(same(value, wanted) for value in values)


def most_instances(group: Item) -> int:
    """Return how many instances a repeating group can have."""
    return min(group.constraints.max_occurs or MAX_INSTANCES, MAX_INSTANCES)
