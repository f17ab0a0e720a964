"""A whole questionnaire from its JSON."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handlers.core.fhir.checks import checked
from handlers.core.fhir.items import ItemReader, Place
from handlers.core.fhir.node import Node
from handlers.core.fhir.survey import survey
from handlers.core.frozen import replace
from handlers.core.questionnaire import Condition, Item, Questionnaire
from handlers.core.understanding.patterns import is_safe_regex

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def read_questionnaire(data: Mapping[str, Any], *, source: str) -> Questionnaire:
    """Return the questionnaire in FHIR R4 JSON, or raise PackError naming `source`, linkId and reason.

    Whatever the JSON holds, nothing but PackError is raised.
    """
    raw: Any = data
    node = Node(raw if isinstance(raw, Mapping) else {}, source)
    if node.text("resourceType") != "Questionnaire":
        raise node.refuse("not a Questionnaire")
    warnings = survey(node)
    contained = {each.text("id"): each for each in node.nodes("contained")}
    items = ItemReader(contained).read_all(node, Place())
    conditions = checked(node, {item.link_id: item for item in _walk(items)})
    items = tuple(_with_conditions(item, conditions) for item in items)
    by_link_id = {item.link_id: item for item in _walk(items)}
    name = _short_name(node)
    return Questionnaire(
        id=name,
        url=node.text("url") or f"urn:questionnaire:{name}",
        version=node.text("version"),
        title=node.text("title"),
        items=items,
        source=source,
        warnings=(*warnings, *_doubts(source, by_link_id.values())),
        by_link_id=by_link_id,
        order={link_id: index for index, link_id in enumerate(by_link_id)},
    )


def _walk(items: tuple[Item, ...]) -> Iterator[Item]:
    return Questionnaire("", "", "", items=items).walk()


def _with_conditions(item: Item, conditions: Mapping[str, tuple[Condition, ...]]) -> Item:
    inner = tuple(_with_conditions(child, conditions) for child in item.items)
    return replace(item, enable_when=conditions[item.link_id], items=inner)


def _short_name(node: Node) -> str:
    ending = node.text("url").rstrip("/").rpartition("/")[2]
    name = node.text("id") or ending or node.text("name") or node.source.rpartition("/")[2]
    return _NOT_IN_A_NAME.sub("-", name)


def _doubts(source: str, items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if item.constraints.regex and not is_safe_regex(item.constraints.regex):
            yield f"{source}: {item.link_id}: the regex cannot be matched safely and is ignored"
