"""Whether an item is asked at all: yes, no, or not to be said yet, because an answer is open.

`conditions` says what is enabled now, for the conversation; a rule must also know whether that is
final. A question whose condition hangs on a skipped or missing answer cannot be ruled out. Looked at
are all parts of the intake together, those still to come as if nothing in them were answered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.core import measures
from handlers.core.carried import Part, carried_into
from handlers.core.case import Response
from handlers.core.conditions import Enabling
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Condition, Item, Questionnaire
from handlers.core.rules import CALCULATED, by_link_id
from handlers.core.values import Answers, Slot, Value


@dataclass(frozen=True, slots=True)
class _Form:
    """One questionnaire with what conditions look at: own and carried answers, what is reckoned."""

    questionnaire: Questionnaire
    answers: Answers
    calculated: Mapping[str, Value]
    begun: bool

    def asks(self, link_id: str) -> Item | None:
        """Return the item with this linkId if it is this questionnaire that asks it."""
        item = self.questionnaire.by_link_id.get(link_id)
        return None if item is None or item.carried else item

    def holds(self, condition: Condition, item: Item, instance: tuple[int, ...]) -> bool:
        """Say whether one condition of an item holds by the answers as they stand."""
        return Enabling(self.questionnaire, self.answers, self.calculated).holds(condition, item, instance)

    def is_answered(self, item: Item) -> bool:
        """Say whether a value stands there, wherever it is asked."""
        given = (self.answers.get(Slot(item.link_id, instance)) for instance in self.instances(item))
        is_given = all(one is not None and one.absent is None and bool(one.values) for one in given)
        return is_given or item.calculated in self.calculated

    def instances(self, item: Item) -> list[tuple[int, ...]]:
        """Return where an item is asked by what repeats around it: each instance of a group, each answer."""
        enabling = Enabling(self.questionnaire, self.answers, self.calculated)
        found: list[tuple[int, ...]] = [()]
        for link_id in item.repeating:
            above = self.questionnaire.by_link_id[link_id]
            found = [(*one, n) for one in found for n in range(max(enabling.count(above, one), 1))]
        return found


class Asked:
    """Says of a linkId whether it is asked: True, False, or None where that is still open."""

    def __init__(
        self, protocol: Protocol, responses: Sequence[Response], today: date, language: str = ""
    ) -> None:
        """Look at the responses begun so far, in the order of the pack; what else is asked is open.

        A question whose text does not exist in `language` is not asked, and so stays open, too.
        """
        self._language = language
        self._forms = tuple(_forms(protocol, responses, today))
        self._known: dict[str, bool | None] = {}

    def is_offered(self, link_id: str) -> bool:
        """Say whether the questionnaire that asks it was begun."""
        return any(form.begun and form.asks(link_id) for form in self._forms)

    def is_asked(self, link_id: str) -> bool | None:
        """Say whether it is asked, None where an answer that decides it is missing."""
        if link_id not in self._known:
            home = self._home(link_id)
            self._known[link_id] = None if home is None else self._is_asked(*home)
        return self._known[link_id]

    def _home(self, link_id: str) -> tuple[_Form, Item] | None:
        found = ((form, form.asks(link_id)) for form in self._forms)
        return next(((form, item) for form, item in found if item is not None), None)

    def _speaks(self, item: Item) -> bool:
        return not (self._language and item.languages) or self._language in item.languages

    def _is_asked(self, form: _Form, item: Item) -> bool | None:
        above = tuple(form.questionnaire.by_link_id[link_id] for link_id in item.group_path)
        around = (*above, item)
        said = _any(
            _all(self._own(form, one, instance[: len(one.repeating)]) for one in around)
            for instance in form.instances(item)
        )
        return said if self._speaks(item) or said is False else None

    def _own(self, form: _Form, item: Item, instance: tuple[int, ...]) -> bool | None:
        said = [self._condition(form, condition, item, instance) for condition in item.enable_when]
        return _any(said) if item.enable_any and said else _all(said)

    def _condition(
        self, form: _Form, condition: Condition, item: Item, instance: tuple[int, ...]
    ) -> bool | None:
        source = form.questionnaire.by_link_id[condition.question]
        if self._is_open(form, source):
            return None
        return form.holds(condition, item, instance)

    def _is_open(self, form: _Form, source: Item) -> bool:
        """Say whether an answer may still come where a condition looks."""
        home = self._home(source.link_id) if source.carried else (form, source)
        if home is None:
            return True
        where, item = home
        return not where.is_answered(item) and self._is_asked(where, item) is not False


def _forms(protocol: Protocol, responses: Sequence[Response], today: date) -> Iterator[_Form]:
    """Yield the questionnaires begun; of the intake, if it is about it, also those to come, in its order."""
    age = _age(responses, today)
    found = [(protocol.questionnaire(r.questionnaire, r.version), r) for r in responses]
    parts = [Part(questionnaire, response) for questionnaire, response in found if questionnaire is not None]
    for number, part in enumerate(parts):
        carried = carried_into(part.questionnaire, parts[:number], age)
        yield _Form(part.questionnaire, {**carried, **part.response.answers}, age, begun=True)
    begun = {part.questionnaire.url for part in parts}
    for url in protocol.intake if begun & set(protocol.intake) else ():
        if url not in begun:
            questionnaire = protocol.questionnaires[url]
            yield _Form(questionnaire, carried_into(questionnaire, parts, age), age, begun=False)


def _all(parts: Iterable[bool | None]) -> bool | None:
    known = set(parts)
    if False in known:
        return False
    return None if None in known else True


def _any(parts: Iterable[bool | None]) -> bool | None:
    return _not(_all(_not(one) for one in parts))


def _not(value: bool | None) -> bool | None:  # noqa: FBT001  a truth is what it negates
    return None if value is None else not value


def _age(responses: Sequence[Response], today: date) -> dict[str, Value]:
    [link_id] = CALCULATED["age"]
    answers = (by_link_id(response.answers).get(link_id) for response in responses)
    born = next((a.values[0] for a in answers if a and a.values), None)
    span = measures.age(born, today) if born is not None else None
    return {"age": int(span[0])} if span and span[0] == span[1] else {}
