"""A look through the whole JSON for what must not be there, and for what will be ignored."""

from collections.abc import Iterator, Mapping
from typing import Any

from handlers.core.fhir import extensions as ext
from handlers.core.fhir.node import Node

_DEEPEST = 400


def survey(node: Node) -> tuple[str, ...]:
    """Return one warning per kind of extension that is ignored; raise PackError for what is refused.

    Refused anywhere in the file: modifierExtension, and extensions that hold a path expression.
    """
    ignored: dict[str, str] = {}
    for each in _objects(node):
        if each.raw.get("modifierExtension"):
            raise each.refuse("a modifierExtension changes the meaning in a way that is not known here")
        if "valueExpression" in each.raw and _name(each) not in ext.HARMLESS_EXPRESSIONS:
            raise each.refuse("path expressions are not taken")
        for entry in each.nodes("extension"):
            _survey_extension(entry, ignored)
    if node.raw.get("implicitRules"):
        ignored.setdefault("implicitRules", "")
    return tuple(
        f"{node.source}: {place + ': ' if place else ''}{url} is ignored" for url, place in ignored.items()
    )


def _survey_extension(entry: Node, ignored: dict[str, str]) -> None:
    url = entry.text("url")
    if _name(entry) in ext.EXPRESSIONS:
        raise entry.refuse(f"path expressions are not taken ({_name(entry)})")
    if "/" in url and url not in ext.KNOWN:
        ignored.setdefault(f"the extension {url}", entry.link_id)


def _name(entry: Node) -> str:
    url = entry.raw.get("url")
    return url.rpartition("/")[2] if isinstance(url, str) else ""


def _objects(node: Node) -> Iterator[Node]:
    stack: list[tuple[Any, str, int]] = [(node.raw, "", 0)]
    while stack:
        value, link_id, depth = stack.pop()
        if depth > _DEEPEST:
            raise node.at(link_id).refuse("nested too deeply")
        if isinstance(value, Mapping):
            own = value.get("linkId")
            link_id = own if isinstance(own, str) else link_id
            yield Node(value, node.source, link_id)
            stack.extend((inner, link_id, depth + 1) for inner in reversed(list(value.values())))
        elif isinstance(value, list):
            stack.extend((inner, link_id, depth + 1) for inner in reversed(value))
