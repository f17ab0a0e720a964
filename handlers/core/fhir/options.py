"""Option lists: answerOption, and value sets that stand in the same file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.core.fhir import extensions as ext
from handlers.core.fhir.node import Node
from handlers.core.fhir.values import fitted, read_any
from handlers.core.frozen import replace
from handlers.core.questionnaire import ItemType, Option
from handlers.core.values import Coding

MAX_OPTIONS = 2000

TAKES_OPTIONS = frozenset(
    {
        *(ItemType.CHOICE, ItemType.OPEN_CHOICE, ItemType.DECIMAL, ItemType.INTEGER, ItemType.DATE),
        *(ItemType.DATETIME, ItemType.TIME, ItemType.STRING, ItemType.QUANTITY),
    }
)
"""The types that may have options (FHIR's invariant que-5)."""


@dataclass(frozen=True, slots=True)
class OptionList:
    """The options of one item, and their labels in other languages ("ja#option:<code>")."""

    options: tuple[Option, ...] = ()
    translations: Mapping[str, str] | None = None


def read_options(node: Node, type_: ItemType, contained: Mapping[str, Node]) -> OptionList:
    """Return an item's options; raise PackError for lists that are broken or not in the file."""
    written, value_set = node.nodes("answerOption"), node.text("answerValueSet")
    if not written and not value_set:
        return OptionList()
    if type_ not in TAKES_OPTIONS:
        raise node.refuse(f"an item of type {type_.value} takes no options")
    if written and value_set:
        raise node.refuse("both answerOption and answerValueSet")
    found = _from_value_set(node, value_set, contained) if value_set else _from_options(written, type_)
    return _listed(node, list(found))


def translated(node: Node, name: str) -> dict[str, str]:
    """Return the translations of a text field: language → text (the extension on `_<name>`)."""
    shadow = node.node("_" + name)
    if shadow is None:
        return {}
    found = {}
    for entry in shadow.extensions(ext.TRANSLATION):
        parts = {part.text("url"): part for part in entry.nodes("extension")}
        if "lang" in parts and "content" in parts:
            found[_first(parts["lang"])] = _first(parts["content"])
    return found


def _first(part: Node) -> str:
    names = ("valueCode", "valueString", "valueMarkdown")
    return next((part.text(name) for name in names if name in part.raw), "")


Found = tuple[Option, dict[str, str]]


def _listed(node: Node, found: list[Found]) -> OptionList:
    if len(found) > MAX_OPTIONS:
        raise node.refuse(f"more than {MAX_OPTIONS} options")
    options: dict[str, Option] = {}
    translations = {}
    for option, labels in found:
        if not option.label.strip():
            raise node.refuse("an option without a label")
        named = _named(option, options)
        known = options.setdefault(named.code, named)
        if known.value != option.value:
            raise node.refuse(f"two options with the code {option.code}")
        translations.update({f"{language}#option:{named.code}": text for language, text in labels.items()})
    if not options:
        raise node.refuse("an empty list of options")
    return OptionList(tuple(options.values()), translations)


def _named(option: Option, before: Mapping[str, Option]) -> Option:
    """Return the option as it is told from those before it: the same code may come from two systems."""
    known, value = before.get(option.code), option.value
    if known is None or not isinstance(value, Coding) or not isinstance(known.value, Coding):
        return option
    return (
        option if known.value.system == value.system else replace(option, key=f"{value.system}|{value.code}")
    )


def _from_options(written: list[Node], type_: ItemType) -> Iterator[Found]:
    for node in written:
        raw = read_any(node, "value")
        if raw is None:
            raise node.refuse("an option without a value")
        value = fitted(type_, raw)
        if value is None:
            raise node.refuse(f"an option that no {type_.value} can be")
        label = (value.display or value.code) if isinstance(value, Coding) else str(value)
        coding = node.node("valueCoding") or node
        yield (
            Option(
                value,
                label,
                detail=node.extended_text(ext.DETAIL) or coding.extended_text(ext.DETAIL),
                exclusive=bool(node.extended_flag(ext.OPTION_EXCLUSIVE)),
                initial=node.flag("initialSelected"),
                helper=node.extended_text(ext.HELPER),
                helper_detail=node.extended_text(ext.HELPER_DETAIL),
            ),
            translated(coding, "display") or translated(node, "valueString"),
        )


def _from_value_set(node: Node, reference: str, contained: Mapping[str, Node]) -> Iterator[Found]:
    value_set = contained.get(reference[1:]) if reference.startswith("#") else None
    if value_set is None:
        raise node.refuse(f"the value set {reference} is not in this file")
    value_set = value_set.at(node.link_id)
    expansion = value_set.node("expansion")
    if expansion is not None:
        yield from _expanded(expansion)
    else:
        yield from _composed(value_set)


def _expanded(expansion: Node) -> Iterator[Found]:
    stack = list(reversed(expansion.nodes("contains")))
    while stack:
        entry = stack.pop()
        if not entry.flag("abstract"):
            yield _concept(entry, entry.text("system"))
        stack.extend(reversed(entry.nodes("contains")))


def _composed(value_set: Node) -> Iterator[Found]:
    compose = value_set.node("compose")
    if compose is None or compose.nodes("exclude"):
        raise value_set.refuse("a contained value set must list its concepts")
    for include in compose.nodes("include"):
        concepts = include.nodes("concept")
        if not concepts:
            raise include.refuse("a contained value set refers to concepts that are not in this file")
        for concept in concepts:
            yield _concept(concept, include.text("system"))


def _concept(node: Node, system: str) -> Found:
    code = node.text("code")
    if not code:
        raise node.refuse("a concept without a code")
    display = node.text("display")
    labels = {
        each.text("language"): each.text("value")
        for each in node.nodes("designation")
        if each.text("language")
    } | translated(node, "display")
    exclusive = bool(node.extended_flag(ext.OPTION_EXCLUSIVE))
    option = Option(
        Coding(code, system, display), display or code, node.extended_text(ext.DETAIL), exclusive=exclusive
    )
    return option, labels
