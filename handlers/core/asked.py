"""Whether an item is asked at all: yes, no, or not to be said yet, because an answer is open.

`conditions` says what is enabled now, for the conversation; a rule must also know whether that is
final. A question whose condition hangs on a skipped or missing answer cannot be ruled out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.core import measures
from handlers.core.case import Response
from handlers.core.conditions import is_enabled
from handlers.core.frozen import replace
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Condition, Item, Questionnaire
from handlers.core.rules import CALCULATED, by_link_id
from handlers.core.values import Slot, Value


@dataclass(frozen=True, slots=True)
class _Part:
    """One begun questionnaire with its answers and what the engine sets there."""

    questionnaire: Questionnaire
    response: Response
    calculated: dict[str, Value]

    def holds(self, condition: Condition, item: Item, instance: tuple[int, ...]) -> bool:
        """Say whether one condition of an item holds by the answers as they stand."""
        return is_enabled(
            replace(item, enable_when=(condition,), group_path=()),
            instance,
            questionnaire=self.questionnaire,
            answers=self.response.answers,
            calculated=self.calculated,
        )

    def is_answered(self, item: Item) -> bool:
        """Say whether a value stands there, in the first instance of the groups around it."""
        answer = self.response.answers.get(Slot(item.link_id, (0,) * len(item.repeating)))
        is_given = answer is not None and answer.absent is None and bool(answer.values)
        return is_given or item.calculated in self.calculated


class Asked:
    """Says of a linkId whether it is asked: True, False, or None where that is still open."""

    def __init__(self, protocol: Protocol, responses: Sequence[Response], today: date) -> None:
        """Look at the responses begun so far; an item of any other questionnaire is open."""
        age = _age(responses, today)
        found = [(protocol.questionnaire(r.questionnaire, r.version), r) for r in responses]
        self._parts = [_Part(q, r, age) for q, r in found if q is not None]

    def is_offered(self, link_id: str) -> bool:
        """Say whether the questionnaire that asks it was begun."""
        return any(link_id in part.questionnaire.by_link_id for part in self._parts)

    def is_asked(self, link_id: str) -> bool | None:
        """Say whether it is asked, None where an answer that decides it is missing."""
        for part in self._parts:
            item = part.questionnaire.by_link_id.get(link_id)
            if item is not None:
                return self._is_asked(part, item)
        return None

    def _is_asked(self, part: _Part, item: Item) -> bool | None:
        above = (part.questionnaire.by_link_id[link_id] for link_id in item.group_path)
        return _all(self._own(part, one) for one in (*above, item))

    def _own(self, part: _Part, item: Item) -> bool | None:
        said = [self._condition(part, condition, item) for condition in item.enable_when]
        if item.enable_any and said:
            return _not(_all(_not(one) for one in said))
        return _all(said)

    def _condition(self, part: _Part, condition: Condition, item: Item) -> bool | None:
        source = part.questionnaire.by_link_id[condition.question]
        if not part.is_answered(source) and self._is_asked(part, source) is not False:
            return None
        return part.holds(condition, item, (0,) * len(item.repeating))


def _all(parts: Iterable[bool | None]) -> bool | None:
    known = set(parts)
    if False in known:
        return False
    return None if None in known else True


def _not(value: bool | None) -> bool | None:  # noqa: FBT001  a truth is what it negates
    return None if value is None else not value


def _age(responses: Sequence[Response], today: date) -> dict[str, Value]:
    [link_id] = CALCULATED["age"]
    answers = (by_link_id(response.answers).get(link_id) for response in responses)
    born = next((a.values[0] for a in answers if a and a.values), None)
    span = measures.age(born, today) if born is not None else None
    return {"age": int(span[0])} if span and span[0] == span[1] else {}
