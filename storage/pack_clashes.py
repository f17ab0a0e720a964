"""Conditions of an item that no answers can meet together."""

from collections.abc import Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Final

from handlers.core.comparing import compared, same
from handlers.core.questionnaire import Condition, Item, Operator, Questionnaire

_OPPOSITE: Final[Mapping[Operator, Operator]] = MappingProxyType(
    {
        Operator.GREATER: Operator.AT_MOST,
        Operator.AT_MOST: Operator.GREATER,
        Operator.LESS: Operator.AT_LEAST,
        Operator.AT_LEAST: Operator.LESS,
    }
)
_ABOVE: Final = frozenset({Operator.GREATER, Operator.AT_LEAST})
_STRICT: Final = frozenset({Operator.GREATER, Operator.LESS})


def contradiction(item: Item, questionnaire: Questionnaire) -> str:
    """Return why an item that needs all its conditions is never asked, or nothing."""
    by_question: dict[str, list[Condition]] = {}
    for condition in item.enable_when:
        by_question.setdefault(condition.question, []).append(condition)
    for question, conditions in by_question.items():
        several = questionnaire.by_link_id[question].repeats
        if any(_clash(one, other, several=several) for one, other in combinations(conditions, 2)):
            return f"it needs two answers of {question} at once"
    return ""


def _clash(one: Condition, other: Condition, *, several: bool) -> bool:
    """Say whether two conditions on one question exclude each other; `several` answers may meet more."""
    if _is_unanswered(one) or _is_unanswered(other):
        return not (_holds_without(one) and _holds_without(other))
    if several:
        return False
    if Operator.EQUALS in {one.operator, other.operator}:
        known, needed = (one, other) if one.operator is Operator.EQUALS else (other, one)
        return _excludes(known, needed)
    return _is_empty_span(one, other)


def _is_unanswered(condition: Condition) -> bool:
    return condition.operator is Operator.EXISTS and condition.value is False


def _holds_without(condition: Condition) -> bool:
    return _is_unanswered(condition) or condition.operator is Operator.DIFFERS


def _excludes(known: Condition, needed: Condition) -> bool:
    match needed.operator:
        case Operator.EQUALS:
            return not same(known.value, needed.value)
        case Operator.DIFFERS:
            return same(known.value, needed.value)
        case Operator.EXISTS:
            return False
        case operator:
            return compared(known.value, _OPPOSITE[operator], needed.value)


def _is_empty_span(one: Condition, other: Condition) -> bool:
    if not {one.operator, other.operator} <= _OPPOSITE.keys():
        return False
    low, high = (one, other) if one.operator in _ABOVE else (other, one)
    if low.operator not in _ABOVE or high.operator in _ABOVE:
        return False
    is_strict = bool({low.operator, high.operator} & _STRICT)
    return compared(low.value, Operator.AT_LEAST if is_strict else Operator.GREATER, high.value)
