"""Whether everything that only nurses and doctors may see has its group (clinical.md 13).

`lint.json` names what belongs to a group by linkId, or by a section's beginning (`inf.` is all of it), so
that a question that is added to such a section, or renamed into it, can't be forgotten.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, get_args

from handlers.core.problems import Problem
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item

Group = Literal["infection", "mood", "pregnancy", "money"]
GROUPS: Final = frozenset(get_args(Group))


def restricted_problems(protocol: Protocol, named: Mapping[Group, Sequence[str]]) -> list[Problem]:
    """Return the items that lack their group, or have another one; `named` gives linkIds by group."""
    asked = [(form, item) for form in protocol.questionnaires.values() for item in form.walk()]
    restricted = {item.link_id for _, item in asked if item.sensitive}
    twins = {**protocol.baseline, **{twin: own for own, twin in protocol.baseline.items()}}
    groups = {item.link_id: item.sensitive for _, item in asked if item.is_question}
    return [
        Problem(form.source, item.link_id, reason)
        for form, item in asked
        if item.is_question and not item.carried
        for reason in _of_item(item, named, restricted, groups.get(twins.get(item.link_id, ""), ""))
    ]


def _of_item(
    item: Item, named: Mapping[Group, Sequence[str]], restricted: set[str], twin: str
) -> Iterator[str]:
    if item.sensitive and item.sensitive not in GROUPS:
        yield f"unknown restricted group {item.sensitive}"
    of_item = (group for group, names in named.items() if _is_named(item.link_id, names))
    wanted: str = next(of_item, None) or twin
    if wanted and item.sensitive != wanted:
        yield f"is about {wanted}: without `sensitive` of that group everybody sees the answer"
    behind = sorted({condition.question for condition in item.enable_when} & restricted)
    if behind and not item.sensitive:
        yield f"is asked because of {behind[0]}, which is restricted: that it was asked tells the answer"


def _is_named(link_id: str, names: Sequence[str]) -> bool:
    return any(link_id == name or (name.endswith(".") and link_id.startswith(name)) for name in names)
