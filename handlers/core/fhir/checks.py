"""What can only be checked when all items are known: conditions, and that nothing waits on itself."""

from collections.abc import Iterator, Mapping

from handlers.core.fhir.node import Node
from handlers.core.fhir.values import fitted
from handlers.core.questionnaire import Condition, Item, ItemType, Operator
from handlers.core.values import Coding, Url

MAX_CHAIN = 200
"""How many items may hang on one another: deeper ones would be slow, and nobody writes them."""


def checked(node: Node, by_link_id: Mapping[str, Item]) -> dict[str, tuple[Condition, ...]]:
    """Return each item's conditions with their values as the question holds them.

    Raises PackError for a condition on nothing, on the wrong kind of value, and for a loop.
    """
    found = {
        item.link_id: tuple(_condition(node.at(item.link_id), each, by_link_id) for each in item.enable_when)
        for item in by_link_id.values()
    }
    _refuse_loops(node, by_link_id)
    return found


def _condition(node: Node, condition: Condition, by_link_id: Mapping[str, Item]) -> Condition:
    question = by_link_id.get(condition.question)
    if question is None:
        raise node.refuse(f"enableWhen names the unknown linkId {condition.question}")
    if not question.is_question:
        raise node.refuse(f"enableWhen asks for the answer of {condition.question}, which takes none")
    match condition.operator:
        case Operator.EXISTS:
            if not isinstance(condition.value, bool):
                raise node.refuse("the operator exists takes true or false")
            return condition
        case Operator.EQUALS | Operator.DIFFERS:
            return _fitted(node, condition, question)
        case Operator.GREATER | Operator.LESS | Operator.AT_LEAST | Operator.AT_MOST:
            fitting = _fitted(node, condition, question)
            if isinstance(fitting.value, bool | str | Url | Coding):
                raise node.refuse(f"{condition.operator.value} cannot be asked of {condition.question}")
            return fitting


def _fitted(node: Node, condition: Condition, question: Item) -> Condition:
    value = fitted(question.type, condition.value)
    if value is None or question.type is ItemType.ATTACHMENT:
        raise node.refuse(f"enableWhen compares {condition.question} with the wrong type of value")
    if isinstance(value, Coding) and question.type is ItemType.CHOICE and not question.vocabulary:
        option = question.option(value.code)
        if option is None:
            raise node.refuse(f"enableWhen compares {condition.question} with the unknown code {value.code}")
    return Condition(condition.question, condition.operator, value)


def _refuse_loops(node: Node, by_link_id: Mapping[str, Item]) -> None:
    """Walk what each item hangs on, without recursion: a hostile file may hold very long chains."""
    depth: dict[str, int] = {}
    for start in by_link_id:
        if start not in depth:
            _measure(node, start, by_link_id, depth)


def _measure(node: Node, start: str, by_link_id: Mapping[str, Item], depth: dict[str, int]) -> None:
    open_items = {start: _hangs_on(by_link_id[start])}
    while open_items:
        current = next(reversed(open_items))
        below = next(open_items[current], None)
        if below is None:
            sources = _hangs_on(by_link_id[current])
            depth[current] = 1 + max((depth[each] for each in sources), default=0)
            del open_items[current]
        elif below in open_items:
            raise node.at(current).refuse(f"a loop: it hangs on {below}, which hangs on it")
        elif below not in depth:
            open_items[below] = _hangs_on(by_link_id[below])
        if depth.get(current, 0) > MAX_CHAIN:
            raise node.at(current).refuse(f"a chain of more than {MAX_CHAIN} conditions")


def _hangs_on(item: Item) -> Iterator[str]:
    yield from (condition.question for condition in item.enable_when)
    if item.group_path:
        yield item.group_path[-1]
