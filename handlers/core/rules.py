"""Rules as data: expressions over answers, with three values (content/README.md section 2).

True, false, or unknown: an answer that was skipped or is still to come makes a leaf unknown, and
`any` and `all` follow Kleene. An unknown rule never counts as clear.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from handlers.core import measures
from handlers.core.frozen import quick, replace
from handlers.core.measures import Truth, truth
from handlers.core.values import Answer, Answers, Coding, Value

PHQ2: Final = ("sym.phq1", "sym.phq2")
CALCULATED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"age": ("id.dob",), "bmi": ("body.height", "body.weight")}
)
"""The linkIds that computed values come from (content/README.md section 2)."""

_MOST_OF_A_PHQ2_ITEM: Final = 3
_NO_DEGREE: Final = frozenset({"ns", "skip", "na", "oth", "other"})
"""Option codes that stand beside a scale and not on it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What expressions are evaluated over.

    `enabled` says whether a linkId is asked (None: not decided yet), `offered` whether its part was
    put to the patient at all. `scale` gives an item's option codes from least to most. `baseline`
    holds the intake's answers. `found` names, by rule id, the linkIds in which code found what
    the rule looks for; it does not hold where there are none.
    """

    answers: Mapping[str, Answer]
    enabled: Callable[[str], bool | None]
    today: date
    offered: Callable[[str], bool] = lambda _: True
    baseline: Mapping[str, Answer] = field(default_factory=dict)
    scale: Callable[[str], Sequence[str]] = lambda _: ()
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@quick
@dataclass(frozen=True, slots=True)
class Outcome:
    """What an expression says, on which answers (linkIds), and which answers it waits for."""

    truth: Truth
    evidence: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()


_FALSE: Final = Outcome(Truth.FALSE)


def evaluate(when: Mapping[str, Any], facts: Facts, rule: str = "") -> Outcome:
    """Evaluate an expression; raise ValueError for one that is not understood."""
    if "any" in when:
        return _any([evaluate(part, facts, rule) for part in when["any"]])
    if "all" in when:
        return _all([evaluate(part, facts, rule) for part in when["all"]])
    if "system" in when:
        return _found(facts.found.get(rule))
    if "calc" in when or "score" in when:
        return _computed(when, facts)
    return _leaf(when, facts)


def by_link_id(answers: Answers) -> dict[str, Answer]:
    """Return one answer per linkId; those of a repeating group's instances are put together."""
    merged: dict[str, Answer] = {}
    for slot, answer in answers.items():
        known = merged.get(slot.link_id)
        if known is None and not (answer.values and answer.absent):
            merged[slot.link_id] = answer
            continue
        values = (*known.values, *answer.values) if known else answer.values
        absent = None if values else answer.absent
        merged[slot.link_id] = replace(answer, values=values, absent=absent)
    return merged


def items_in(when: Mapping[str, Any]) -> frozenset[str]:
    """Return the linkIds that an expression reads from this response, computed values included.

    What is no expression reads nothing: the check of a pack tells of it.
    """
    parts = [part for part in (*when.get("any", ()), *when.get("all", ())) if isinstance(part, Mapping)]
    own = _sources(when) if parts == [] else ()
    return frozenset(own).union(*(items_in(part) for part in parts))


def _found(link_ids: tuple[str, ...] | None) -> Outcome:
    """Say what code found out; where it did not look, that is open."""
    return Outcome(Truth.UNKNOWN) if link_ids is None else _outcome(truth(bool(link_ids)), link_ids)


def _any(parts: list[Outcome]) -> Outcome:
    held = [part for part in parts if part.truth is Truth.TRUE]
    if held:
        return Outcome(Truth.TRUE, _merged(part.evidence for part in held))
    return _open_or_false(parts)


def _all(parts: list[Outcome]) -> Outcome:
    if any(part.truth is Truth.FALSE for part in parts):
        return _FALSE
    if all(part.truth is Truth.TRUE for part in parts):
        return Outcome(Truth.TRUE, _merged(part.evidence for part in parts))
    return _open_or_false(parts)


def _open_or_false(parts: list[Outcome]) -> Outcome:
    unknown = [part for part in parts if part.truth is Truth.UNKNOWN]
    if not unknown:
        return _FALSE
    known = _merged(part.evidence for part in parts)
    return Outcome(Truth.UNKNOWN, known, _merged(part.waiting_for for part in unknown))


def _leaf(when: Mapping[str, Any], facts: Facts) -> Outcome:
    if "item" not in when:
        return _at_baseline(when, facts)
    link_id, op = when["item"], when["op"]
    if op == "missing":
        return _missing(link_id, facts)
    answer = _usable(facts.answers.get(link_id))
    if op == "skipped" and link_id in facts.answers:
        return Outcome(truth(answer is None))
    if answer is None:
        return _unanswered(link_id, facts)
    if op in {"increasedBy", "newly"}:
        return _against_baseline(when, answer, facts)
    return _outcome(_holds(op, when["value"], answer, facts.today), (link_id,))


def _missing(link_id: str, facts: Facts) -> Outcome:
    if _usable(facts.answers.get(link_id)) is not None:
        return _FALSE
    # What was never asked for is not yet missing.
    return Outcome(Truth.TRUE, (link_id,)) if facts.offered(link_id) else _waiting(link_id)


def _holds(op: str, wanted: Any, answer: Answer, today: date) -> Truth:
    said = {_token(value) for value in answer.values}
    match op:
        case "=" | "contains":
            return truth(wanted in said)
        case "!=":
            return truth(wanted not in said)
        case "in" | "contains_any":
            return truth(bool(said.intersection(wanted)))
        case "monthsSinceLt" | "monthsSinceGte":
            return measures.compared(measures.months_since(answer.values[0], today), op, wanted)
        case _ if measures.is_order(op):
            return measures.compared(measures.number(answer.values[0]), op, wanted)
        case _:
            raise ValueError(f"unknown operator {op!r}")


def _at_baseline(when: Mapping[str, Any], facts: Facts) -> Outcome:
    """Say what the intake's answer alone says: a blood thinner, for one. Without one it is not known."""
    link_id = when["baseline"]
    answer = _usable(facts.baseline.get(link_id))
    if answer is None:
        return _waiting(link_id)
    return _outcome(_holds(when["op"], when["value"], answer, facts.today), (link_id,))


def _against_baseline(when: Mapping[str, Any], answer: Answer, facts: Facts) -> Outcome:
    link_id, twin = when["item"], when["baseline"]
    before = _usable(facts.baseline.get(twin))
    if when["op"] == "newly":
        is_now = when["value"] in {_token(value) for value in answer.values}
        # Without a baseline nobody knows that it is old: it counts as new, a person looks.
        was_before = before is not None and when["value"] in {_token(v) for v in before.values}
        return _outcome(truth(is_now and not was_before), (link_id, twin))
    scale = [code for code in facts.scale(link_id) if code not in _NO_DEGREE]
    now_at, before_at = _degree(answer, scale), _degree(before, scale)
    if now_at is None:
        return _waiting(link_id)
    if before_at is None:
        return Outcome(Truth.UNKNOWN, (link_id,), (twin,))
    return _outcome(truth(now_at - before_at >= when["value"]), (link_id, twin))


def _degree(answer: Answer | None, scale: Sequence[str]) -> int | None:
    codes = answer.codes() if answer else ()
    return scale.index(codes[0]) if codes and codes[0] in scale else None


def _computed(when: Mapping[str, Any], facts: Facts) -> Outcome:
    sources = _sources(when)
    values = [_value(link_id, facts) for link_id in sources]
    said = measures.compared(_span(when, values, facts.today), when["op"], when["value"])
    if said is not Truth.UNKNOWN:
        given = zip(sources, values, strict=True)
        return _outcome(said, tuple(link_id for link_id, value in given if value is not None))
    open_ones = [k for k, value in zip(sources, values, strict=True) if value is None]
    if open_ones and all(facts.enabled(link_id) is False for link_id in open_ones):
        return _FALSE
    return Outcome(Truth.UNKNOWN, (), tuple(open_ones) or sources)


def _span(when: Mapping[str, Any], values: list[Value | None], today: date) -> measures.Span | None:
    if "score" in when:
        spans = [measures.number(value) if value is not None else None for value in values]
        return measures.total(spans, _MOST_OF_A_PHQ2_ITEM)
    match when["calc"], values:
        case "age", [born] if born is not None:
            return measures.age(born, today)
        case "bmi", [height, weight] if height is not None and weight is not None:
            return measures.body_mass_index(height, weight)
        case (("age" | "bmi"), _):
            return None
        case other, _:
            raise ValueError(f"unknown calculation {other!r}")


def _sources(when: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the linkIds that one leaf reads."""
    if "item" in when:
        return (when["item"],)
    if "score" in when:
        return tuple(when.get("items", PHQ2))
    return CALCULATED.get(when.get("calc", ""), ())


def _value(link_id: str, facts: Facts) -> Value | None:
    answer = _usable(facts.answers.get(link_id))
    return answer.values[0] if answer else None


def _usable(answer: Answer | None) -> Answer | None:
    return answer if answer and answer.values and answer.absent is None else None


def _unanswered(link_id: str, facts: Facts) -> Outcome:
    is_ruled_out = link_id not in facts.answers and facts.enabled(link_id) is False
    return _FALSE if is_ruled_out else _waiting(link_id)


def _waiting(link_id: str) -> Outcome:
    return Outcome(Truth.UNKNOWN, (), (link_id,))


def _outcome(said: Truth, link_ids: tuple[str, ...]) -> Outcome:
    match said:
        case Truth.TRUE:
            return Outcome(said, link_ids)
        case Truth.UNKNOWN:
            return Outcome(said, (), link_ids)
        case Truth.FALSE:
            return _FALSE


def _token(value: Value) -> object:
    return value.code if isinstance(value, Coding) else value


def _merged(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link_id for group in groups for link_id in group))
