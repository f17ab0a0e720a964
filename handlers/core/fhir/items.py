"""Items, one after the other, each knowing its place: the groups around it and which of them repeat."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.core.comparing import same
from handlers.core.fhir import extensions as ext
from handlers.core.fhir.constraints import bound, default_unit, read_constraints
from handlers.core.fhir.node import Node
from handlers.core.fhir.options import OptionList, read_options, translated
from handlers.core.fhir.values import fitted, read_any
from handlers.core.questionnaire import Condition, Item, ItemType, Operator
from handlers.core.values import ChannelKind, Value

MAX_DEPTH = 32
MAX_ITEMS = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: linkIds of what is around it, and of what repeats around it."""

    path: tuple[str, ...] = ()
    repeating: tuple[str, ...] = ()


class ItemReader:
    """Reads the items of one questionnaire and notices linkIds that come twice."""

    def __init__(self, contained: Mapping[str, Node]) -> None:
        """Read with the value sets that stand in the file, by id."""
        self._contained = contained
        self.seen: set[str] = set()

    def read_all(self, parent: Node, place: Place) -> tuple[Item, ...]:
        """Return the items under `parent`; raise PackError for what is broken or not taken."""
        nodes = parent.nodes("item")
        if nodes and len(place.path) >= MAX_DEPTH:
            raise parent.refuse(f"deeper than {MAX_DEPTH} levels")
        return tuple(self._read(node, place) for node in nodes)

    def _read(self, node: Node, place: Place) -> Item:
        node = node.at(self._link_id(node))
        type_ = _type(node)
        options = read_options(node, type_, self._contained)
        inner = Place((*place.path, node.link_id), _repeating(node, type_, place))
        item = _item(node, type_, options, self.read_all(node, inner), place)
        _check_shape(node, item)
        return item

    def _link_id(self, node: Node) -> str:
        link_id = node.text("linkId")
        if not link_id.strip():
            raise node.refuse("an item without a linkId")
        if link_id in self.seen:
            raise node.at(link_id).refuse("the linkId stands twice")
        self.seen.add(link_id)
        if len(self.seen) > MAX_ITEMS:
            raise node.refuse(f"more than {MAX_ITEMS} items")
        return link_id


def _item(node: Node, type_: ItemType, options: OptionList, items: tuple[Item, ...], place: Place) -> Item:
    skippable = node.extended_flag(ext.SKIPPABLE)
    return Item(
        link_id=node.link_id,
        type=type_,
        text=node.text("text"),
        prefix=node.text("prefix"),
        helper=node.extended_text(ext.HELPER),
        why=node.extended_text(ext.WHY),
        required=node.flag("required"),
        repeats=node.flag("repeats"),
        read_only=node.flag("readOnly"),
        hidden=bool(node.extended_flag(ext.HIDDEN)),
        skippable=skippable is not False,
        confirm=bool(node.extended_flag(ext.CONFIRM)),
        sensitive=node.extended_text(ext.SENSITIVE),
        vocabulary=node.extended_text(ext.VOCABULARY),
        calculated=node.extended_text(ext.CALCULATED),
        enable_when=tuple(_condition(each) for each in node.nodes("enableWhen")),
        enable_any=_enable_any(node),
        options=options.options,
        initial=_initial(node, type_, options),
        constraints=read_constraints(node, type_),
        items=items,
        group_path=place.path,
        repeating=place.repeating,
        translations=_translations(node, options),
        example=node.extended_text(ext.EXAMPLE),
        default_unit=default_unit(node),
        carried=bool(node.extended_flag(ext.CARRIED)),
        languages=tuple(node.extended_text(ext.LANGUAGES).split()),
        not_on=_not_on(node),
        confirm_answers=_confirmed(node, type_, options),
        usual_min=bound(node, type_, ext.USUAL_MIN),
        usual_max=bound(node, type_, ext.USUAL_MAX),
    )


def _not_on(node: Node) -> tuple[ChannelKind, ...]:
    """Return the channels that must not carry it; raise PackError for one that is none, or our own page."""
    names = node.extended_text(ext.NOT_ON).split()
    elsewhere = {kind.value: kind for kind in ChannelKind if kind is not ChannelKind.WEB}
    for name in names:
        if name not in elsewhere:
            raise node.refuse(f"notOn names {name!r}, which is no channel that a link leads away from")
    return tuple(elsewhere[name] for name in names)


def _confirmed(node: Node, type_: ItemType, options: OptionList) -> tuple[str, ...]:
    """Return the codes whose answers are read back; raise PackError for one that no option has."""
    codes = tuple(node.extended_text(ext.CONFIRM_ANSWERS).split())
    known = {"yes", "no"} if type_ is ItemType.BOOLEAN else {option.code for option in options.options}
    unknown = next((code for code in codes if code not in known), None)
    if unknown is not None:
        raise node.refuse(f"confirmAnswers names {unknown!r}, which is no option")
    return codes


def _type(node: Node) -> ItemType:
    written = node.text("type")
    if written == "reference":
        raise node.refuse("items of type reference are not taken")
    try:
        return ItemType(written)
    except ValueError:
        raise node.refuse("an item of no known type" if written else "an item without a type") from None


def _repeating(node: Node, type_: ItemType, place: Place) -> tuple[str, ...]:
    repeats = type_ is not ItemType.DISPLAY and node.flag("repeats")
    return (*place.repeating, node.link_id) if repeats else place.repeating


def _enable_any(node: Node) -> bool:
    behaviour, conditions = node.text("enableBehavior"), node.nodes("enableWhen")
    if behaviour not in {"", "any", "all"}:
        raise node.refuse("enableBehavior is neither any nor all")
    if not behaviour and len(conditions) > 1:
        raise node.refuse("several enableWhen without enableBehavior")
    return behaviour == "any"


def _condition(node: Node) -> Condition:
    question = node.text("question")
    if not question:
        raise node.refuse("enableWhen without a question")
    try:
        operator = Operator(node.text("operator"))
    except ValueError:
        raise node.refuse("enableWhen with an unknown operator") from None
    value = read_any(node, "answer")
    if value is None:
        raise node.refuse("enableWhen without an answer")
    return Condition(question, operator, value)


def _initial(node: Node, type_: ItemType, options: OptionList) -> tuple[Value, ...]:
    written = [read_any(each, "value") for each in node.nodes("initial")]
    if written and type_ in {ItemType.GROUP, ItemType.DISPLAY}:
        raise node.refuse(f"a {type_.value} takes no initial value")
    found = [None if value is None else fitted(type_, value) for value in written]
    values = tuple(value for value in found if value is not None)
    if len(values) < len(written):
        raise node.refuse(f"an initial value that no {type_.value} can be")
    values = tuple(_listed(node, type_, options, value) for value in values)
    values = values or tuple(option.value for option in options.options if option.initial)
    if len(values) > 1 and not node.flag("repeats"):
        raise node.refuse("several initial values for one answer")
    return values


def _listed(node: Node, type_: ItemType, options: OptionList, value: Value) -> Value:
    """Return an initial value as its option holds it; only an open choice takes others."""
    if not options.options:
        return value
    option = next((option for option in options.options if same(option.value, value)), None)
    if option is None and type_ is not ItemType.OPEN_CHOICE:
        raise node.refuse("an initial value that is none of the options")
    return option.value if option is not None else value


def _translations(node: Node, options: OptionList) -> dict[str, str]:
    texts = {f"{language}#text": text for language, text in translated(node, "text").items()}
    return texts | dict(options.translations or {})


def _check_shape(node: Node, item: Item) -> None:
    if item.type is ItemType.DISPLAY and item.items:
        raise node.refuse("a display has no items")
    takes_list = item.type in {ItemType.CHOICE, ItemType.OPEN_CHOICE}
    if takes_list and not item.options and not item.vocabulary:
        raise node.refuse("a choice without options")
    if item.calculated and not item.is_question:
        raise node.refuse(f"a {item.type.value} cannot be calculated")
    if item.carried and (not item.is_question or item.items or item.initial or item.repeating):
        raise node.refuse("a carried item is a plain question outside what repeats")
