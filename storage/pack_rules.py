"""Whether a rule's expression says something: known operators, items, codes and kinds of value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from handlers.core.calls import SOONEST_FIRST, Call
from handlers.core.protocol import ALARMING, Rule
from handlers.core.questionnaire import Item, ItemType

CALCULATED = frozenset({"age", "bmi"})
SCORES: Mapping[str, tuple[str, ...]] = {"phq2": ("sym.phq1", "sym.phq2")}
CODE_OPERATORS = frozenset({"=", "!=", "in", "contains", "contains_any", "newly"})
LIST_OPERATORS = frozenset({"in", "contains_any"})
NUMBER_OPERATORS = frozenset({"<", ">", "<=", ">=", "monthsSinceLt", "monthsSinceGte", "increasedBy"})
_ORDER = frozenset({"<", ">", "<=", ">="})
BASELINE_OPERATORS = frozenset({"newly", "increasedBy"})
_CODED: Final = frozenset({ItemType.CHOICE, ItemType.OPEN_CHOICE})
_COUNTED: Final = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.QUANTITY})
FITTING: Final[Mapping[str, frozenset[ItemType]]] = MappingProxyType(
    {
        **dict.fromkeys(CODE_OPERATORS, _CODED | {ItemType.BOOLEAN, ItemType.INTEGER}),
        **dict.fromkeys(_ORDER, _CODED | _COUNTED),
        **dict.fromkeys(("monthsSinceLt", "monthsSinceGte"), frozenset({ItemType.DATE})),
        "increasedBy": _CODED,
    }
)
"""Which kinds of answer an operator can compare (handlers/core/rules.py); with another it never holds."""
LEAF_FIELDS = frozenset({"item", "op", "value", "baseline", "calc", "score", "items", "system"})


def items_in(when: object) -> frozenset[str]:
    """Return the linkIds that an expression reads, those of the baseline too."""
    if not isinstance(when, Mapping):
        return frozenset()
    own = {str(when[name]) for name in ("item", "baseline") if name in when}
    own |= set(when.get("items", SCORES.get(str(when.get("score")), ())))
    parts = [*when.get("any", ()), *when.get("all", ())]
    return frozenset(own).union(*(items_in(part) for part in parts))


def leaves_of(when: object) -> Iterator[Mapping[str, Any]]:
    """Yield what an expression is made of in the end, without `any` and `all`."""
    if not isinstance(when, Mapping):
        return
    parts = [*when.get("any", ()), *when.get("all", ())]
    if not parts:
        yield when
    for part in parts:
        yield from leaves_of(part)


def codes_of(leaf: Mapping[str, Any]) -> list[str]:
    """Return the codes that a leaf compares an answer with; none where it compares something else."""
    value = leaf.get("value")
    codes = value if isinstance(value, list) else [value]
    return [str(code) for code in codes] if leaf.get("op") in CODE_OPERATORS else []


def is_by_code(when: object) -> bool:
    """Say whether an expression leaves anything to code."""
    if not isinstance(when, Mapping):
        return False
    return "system" in when or any(is_by_code(part) for part in (*when.get("any", ()), *when.get("all", ())))


def call_faults(rule: Rule) -> Iterator[str]:
    """Yield what is wrong with the call that a flag's rule asks for."""
    if rule.task and rule.task not in SOONEST_FIRST:
        yield f"unknown task {rule.task}: known are {', '.join(SOONEST_FIRST)}"
    elif rule.level in ALARMING and rule.task not in {"", Call.NOW}:
        yield f"{rule.level} is called about now: no task but {Call.NOW.value}"
    if rule.adverse_event and rule.level not in {"RED", "ORANGE"}:
        yield "opens no possible adverse event: only RED and ORANGE do"


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """Checks expressions against the items of a pack; `awaited` items are taken on trust."""

    items: Mapping[str, Item]
    awaited: frozenset[str]

    def faults(self, when: object) -> Iterator[str]:
        """Yield what is wrong with an expression, in words."""
        if not isinstance(when, Mapping):
            yield "an expression is an object"
            return
        for name in ("any", "all"):
            if name in when:
                yield from self._branch(when, name)
                return
        yield from self._leaf(when)

    def _branch(self, when: Mapping[str, Any], name: str) -> Iterator[str]:
        parts = when[name]
        if len(when) != 1 or not isinstance(parts, list) or not parts:
            yield f"{name} stands alone and holds a list"
            return
        for part in parts:
            yield from self.faults(part)

    def _leaf(self, leaf: Mapping[str, Any]) -> Iterator[str]:
        if unknown := sorted(leaf.keys() - LEAF_FIELDS):
            yield f"unknown field {unknown[0]}"
        for link_id in sorted(items_in(leaf)):
            if link_id not in self.items and link_id not in self.awaited:
                yield f"there is no item {link_id}"
        if "item" in leaf:
            yield from self._about_item(leaf)
        elif "calc" in leaf:
            yield from _about_number(leaf, known=leaf["calc"] in CALCULATED, name=str(leaf["calc"]))
        elif "score" in leaf:
            known = "items" in leaf or leaf["score"] in SCORES
            yield from _about_number(leaf, known=known, name=str(leaf["score"]))
        elif "baseline" in leaf:
            yield from self._about_baseline(leaf)
        elif "system" not in leaf:
            yield "a leaf names an item, a baseline, a calc, a score or a system"

    def _about_baseline(self, leaf: Mapping[str, Any]) -> Iterator[str]:
        if leaf.get("op") not in CODE_OPERATORS - BASELINE_OPERATORS:
            yield f"unknown operator {leaf.get('op')}"
        else:
            yield from self._about_item({**leaf, "item": leaf["baseline"]})

    def _about_item(self, leaf: Mapping[str, Any]) -> Iterator[str]:
        operator, value = leaf.get("op"), leaf.get("value")
        if operator in BASELINE_OPERATORS and "baseline" not in leaf:
            yield f"{operator} needs a baseline"
        if operator in CODE_OPERATORS:
            if (operator in LIST_OPERATORS) is not isinstance(value, list):
                yield f"{operator} has the wrong kind of value"
            yield from self._unknown_codes(str(leaf["item"]), value)
        elif operator in NUMBER_OPERATORS:
            yield from _about_number(leaf, known=True, name="")
        elif operator not in {"missing", "skipped"}:
            yield f"unknown operator {operator}"

        yield from self._misfit(str(leaf["item"]), str(operator), value)

    def _misfit(self, link_id: str, operator: str, value: object) -> Iterator[str]:
        """Find comparisons that no answer can ever meet."""
        item, fitting = self.items.get(link_id), FITTING.get(operator)
        if item is None or fitting is None:
            return
        wants = {ItemType.BOOLEAN: bool, ItemType.INTEGER: int}.get(item.type)
        is_wrong = operator in CODE_OPERATORS and wants is not None and type(value) is not wants
        if item.type not in fitting:
            yield f"{operator} can't compare {link_id}, which is a {item.type.value}"
        elif is_wrong or (operator in _ORDER and item.type in _CODED and not _has_numbers(item)):
            yield f"{operator} can't compare {link_id} with {value}"

    def _unknown_codes(self, link_id: str, value: object) -> Iterator[str]:
        item = self.items.get(link_id)
        if item is None or not item.options:
            return
        codes = value if isinstance(value, list) else [value]
        yield from (f"{link_id} has no option {code}" for code in codes if item.option(str(code)) is None)


def _has_numbers(item: Item) -> bool:
    return any(option.code.isascii() and option.code.isdigit() for option in item.options)


def _about_number(leaf: Mapping[str, Any], *, known: bool, name: str) -> Iterator[str]:
    if not known:
        yield f"unknown value {name}"
    if leaf.get("op") not in NUMBER_OPERATORS:
        yield f"unknown operator {leaf.get('op')}"
    value = leaf.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield "not a number to compare with"
