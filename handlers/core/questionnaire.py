"""A FHIR R4 Questionnaire as frozen values (http://hl7.org/fhir/R4/questionnaire.html).

`fhir.read_questionnaire` builds these from JSON and refuses what is broken; `path` derives which
items are asked. Nothing here knows a language: texts are English sources with locale keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from handlers.core.values import ChannelKind, Coding, Slot, Value


class ItemType(StrEnum):
    """FHIR R4 item types that are taken (`reference` is refused)."""

    GROUP = "group"
    DISPLAY = "display"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"
    DATETIME = "dateTime"
    TIME = "time"
    STRING = "string"
    TEXT = "text"
    URL = "url"
    CHOICE = "choice"
    OPEN_CHOICE = "open-choice"
    ATTACHMENT = "attachment"
    QUANTITY = "quantity"


class Operator(StrEnum):
    """Questionnaire.item.enableWhen.operator."""

    EXISTS = "exists"
    EQUALS = "="
    DIFFERS = "!="
    GREATER = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Condition:
    """One enableWhen: the question's linkId, the operator, the value to compare with."""

    question: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Option:
    """One answerOption. `detail` is a longer line for lists; `exclusive` clears the others.

    `key` tells an option from one before it with the same code in another system. `helper` and
    `helper_detail` stand in place of label and detail where somebody answers for the patient.
    """

    value: Value
    label: str
    detail: str = ""
    exclusive: bool = False
    initial: bool = False
    key: str = ""
    helper: str = ""
    helper_detail: str = ""

    @property
    def code(self) -> str:
        """Return what names the option in its list: the coding's code, or the value's text."""
        if self.key:
            return self.key
        return self.value.code if isinstance(self.value, Coding) else str(self.value)


@dataclass(frozen=True, slots=True)
class Constraints:
    """What an answer must keep to. Lengths in characters, `max_size` in bytes."""

    minimum: Value | None = None
    maximum: Value | None = None
    min_length: int | None = None
    max_length: int | None = None
    regex: str | None = None
    max_decimal_places: int | None = None
    mime_types: tuple[str, ...] = ()
    max_size: int | None = None
    min_occurs: int | None = None
    max_occurs: int | None = None
    units: tuple[Coding, ...] = ()
    partial_date: bool = False
    not_future: bool = False
    not_past: bool = False
    max_months_ahead: int | None = None
    min_age_years: int | None = None
    max_age_years: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `helper` is the wording when a helper answers, `why` answers "Why do you ask?".

    `translations` holds texts found in the file itself: key "<language>#text" or
    "<language>#option:<code>". `calculated` names an engine-set value ("age"). A
    `carried` one is never asked here: conditions look at the answer to its linkId in an earlier part of the
    intake. `languages` are the only ones that it is asked in; none means all. `group_path` holds
    the linkIds of the enclosing groups and parents, outermost first; `repeating` those that repeat.
    `confirm` asks for the answer to be read back. `sensitive` names a restricted group.
    `vocabulary` names a built-in list that free text is matched against ("iso3166").

    `required` means what FHIR says, that the item is present in a completed response, and not that
    nobody may pass on: a patient may skip it, the answer then stands there as absent with its reason
    (`Absent`), the response counts as completed and staff see the gap. `skippable` is the door.
    """

    link_id: str
    type: ItemType
    text: str = ""
    prefix: str = ""
    helper: str = ""
    why: str = ""
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    hidden: bool = False
    skippable: bool = True
    confirm: bool = False
    sensitive: str = ""
    vocabulary: str = ""
    calculated: str = ""
    enable_when: tuple[Condition, ...] = ()
    enable_any: bool = False
    options: tuple[Option, ...] = ()
    initial: tuple[Value, ...] = ()
    constraints: Constraints = Constraints()
    items: tuple["Item", ...] = ()
    group_path: tuple[str, ...] = ()
    repeating: tuple[str, ...] = ()
    translations: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    default_unit: str = ""
    carried: bool = False
    languages: tuple[str, ...] = ()
    not_on: tuple[ChannelKind, ...] = ()
    """The channels that must not carry it, nor what stands under it."""
    confirm_answers: tuple[str, ...] = ()
    """Codes of the options that alone are read back."""
    usual_min: Value | None = None
    usual_max: Value | None = None
    """What lies outside is read back."""
    plain_slot: Slot = field(init=False, repr=False, compare=False)
    """Its slot outside repeating groups."""
    is_silent: bool = field(init=False, repr=False, compare=False)
    """Whether nobody is asked: hidden, read-only, calculated and carried items."""
    is_question: bool = field(init=False, repr=False, compare=False)
    """Whether the item takes an answer (neither group nor display)."""
    below: tuple["Item", ...] = field(init=False, repr=False, compare=False)
    """What follows under a question once it is answered: all but the notes that stand in its message."""

    def __post_init__(self) -> None:
        """Look up once what every walk over the questionnaire asks for."""
        object.__setattr__(self, "plain_slot", Slot(self.link_id))
        is_silent = self.read_only or self.hidden or bool(self.calculated) or self.carried
        object.__setattr__(self, "is_silent", is_silent)
        is_question = self.type not in {ItemType.GROUP, ItemType.DISPLAY}
        object.__setattr__(self, "is_question", is_question)
        object.__setattr__(self, "below", tuple(item for item in self.items if not item.is_note))

    @property
    def is_note(self) -> bool:
        """Say whether a display directly under a question explains it, and so belongs into its message.

        One with a condition is a remark on the answer, and is shown after it.
        """
        return self.type is ItemType.DISPLAY and not self.enable_when

    def option(self, code: str) -> Option | None:
        """Return the option with this code, or None."""
        return next((o for o in self.options if o.code == code), None)

    def option_of(self, value: Value) -> Option | None:
        """Return the option that a value stands for; a coding without a system is known by its code."""
        if not isinstance(value, Coding):
            return next((o for o in self.options if o.value == value), None) or self.option(str(value))
        coded = [o for o in self.options if isinstance(o.value, Coding) and o.value.code == value.code]
        exact = (o for o in coded if isinstance(o.value, Coding) and o.value.system == value.system)
        return next(exact, None) or next(iter(coded), None)

    @property
    def number_step(self) -> Decimal:
        """Return the smallest step that an answer may have."""
        places = self.constraints.max_decimal_places
        return Decimal(1).scaleb(-(places if places is not None else 6))


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A whole questionnaire. `id` is the short name used in locale keys: "<id>/<linkId>#text"."""

    id: str
    url: str
    version: str
    title: str = ""
    items: tuple[Item, ...] = ()
    source: str = ""
    warnings: tuple[str, ...] = ()
    by_link_id: Mapping[str, Item] = field(default_factory=dict)
    order: Mapping[str, int] = field(default_factory=dict)
    """linkId → index in document order: the number that stands in a button's id."""
    by_index: Mapping[int, Item] = field(init=False, repr=False, compare=False)
    """Index in document order → the item."""
    runs: tuple[tuple[tuple[Item, Slot], ...] | Item, ...] = field(init=False, repr=False, compare=False)
    """What is always asked or shown, as runs of stops, and between them each item that depends on answers."""
    carried: tuple[Item, ...] = field(init=False, repr=False, compare=False)
    """The items whose answers stand in an earlier part."""
    answers_itself: bool = field(init=False, repr=False, compare=False)
    """Whether any item that nobody is asked has an initial answer."""
    spoken: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """linkId → the only languages in which it is asked."""
    withheld: Mapping[ChannelKind, frozenset[str]] = field(init=False, repr=False, compare=False)
    """Channel → the linkIds that it must not carry: they are asked on our page."""

    def __post_init__(self) -> None:
        """Look up once what every step asks for."""
        every = self.by_link_id.values()
        spoken = {item.link_id: item.languages for item in every if item.languages}
        by_index = {index: self.by_link_id[k] for k, index in self.order.items() if k in self.by_link_id}
        object.__setattr__(self, "by_index", by_index)
        object.__setattr__(self, "runs", tuple(_runs(self.items)))
        object.__setattr__(self, "carried", tuple(item for item in every if item.carried))
        object.__setattr__(
            self, "answers_itself", any(item.is_silent and bool(item.initial) for item in every)
        )
        object.__setattr__(self, "spoken", spoken)
        object.__setattr__(self, "withheld", _withheld(self.by_link_id))

    def unspoken(self, language: str) -> frozenset[str]:
        """Return the linkIds whose text does not exist in this language: they are not asked in it."""
        if not (self.spoken and language):
            return frozenset()
        return frozenset(link_id for link_id, languages in self.spoken.items() if language not in languages)

    def walk(self) -> Iterator[Item]:
        """Yield every item in document order, parents before children."""
        stack = list(reversed(self.items))
        while stack:
            item = stack.pop()
            yield item
            stack.extend(reversed(item.items))

    def item(self, link_id: str) -> Item:
        """Return the item with this linkId; raise KeyError if there is none."""
        return self.by_link_id[link_id]

    def at(self, index: int) -> Item | None:
        """Return the item with this index in document order, or None."""
        return self.by_index.get(index)

    def text_key(self, item: Item, part: str = "text") -> str:
        """Return the locale key of an item's text: part is text, helper, why or option:<code>."""
        return f"{self.id}/{item.link_id}#{part}"


def _runs(items: Sequence[Item]) -> Iterator[tuple[tuple[Item, Slot], ...] | Item]:
    """Yield the stops that no answer opens or closes, as long as none that depends on one is between them."""
    always: list[tuple[Item, Slot]] = []
    for item in _opened_up(items):
        if item.enable_when or item.below or item.type is ItemType.GROUP:
            yield from (tuple(always), item) if always else (item,)
            always = []
        elif not (item.hidden or item.is_silent):
            always.append((item, item.plain_slot))
    if always:
        yield tuple(always)


def _opened_up(items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items, and in place of a group that always stands once what is in it."""
    for item in items:
        is_fixed = not (item.enable_when or item.repeats or item.hidden)
        if item.type is ItemType.GROUP and is_fixed:
            yield from _opened_up(item.items)
        else:
            yield item


def _withheld(items: Mapping[str, Item]) -> Mapping[ChannelKind, frozenset[str]]:
    """Return {channel: linkIds} of what must not be carried there, with all that stands under it."""
    found: dict[ChannelKind, set[str]] = {}
    for item in items.values():
        above = (items[link_id] for link_id in item.group_path if link_id in items)
        for channel in {kind for one in (item, *above) for kind in one.not_on}:
            found.setdefault(channel, set()).add(item.link_id)
    return {channel: frozenset(link_ids) for channel, link_ids in found.items()}
