"""Items that nobody is ever asked, and rules that wait for their answers."""

from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from handlers.core.problems import Problem
from handlers.core.protocol import Protocol, Rule
from handlers.core.questionnaire import Condition, Item, Operator, Questionnaire
from storage.pack_clashes import contradiction
from storage.pack_files import FLAGS, PRESCREEN
from storage.pack_rules import items_in, leaves_of

ONLY_MISSING: Final = frozenset({"!=", "missing"})
"""Operators that hold where there is no answer: they decide MISSING rules only."""


def reach_problems(protocol: Protocol, awaited: frozenset[str]) -> list[Problem]:
    """Return what is never asked, and rules that could therefore never be decided."""
    reach = _Reach(protocol)
    return [
        *reach.of_questionnaires(),
        *reach.of_items(),
        *reach.of_rules(PRESCREEN, protocol.prescreen, awaited, frozenset(protocol.intake)),
        *reach.of_rules(FLAGS, protocol.flags, awaited, reach.asked),
        *_only_missing(PRESCREEN, protocol.prescreen),
        *_only_missing(FLAGS, protocol.flags),
    ]


def unreachable(questionnaire: Questionnaire, carried: AbstractSet[str] = frozenset()) -> Mapping[str, str]:
    """Return {linkId: why} of the items whose conditions no answers can meet.

    `carried` names hidden items that the engine fills with the answers of another questionnaire.
    """
    dead = {item.link_id: "" for item in questionnaire.walk() if _is_dead(item, carried)}
    found: dict[str, str] = {}
    for item in questionnaire.walk():
        above = item.group_path[-1] if item.group_path else ""
        if above in found:
            found[item.link_id] = f"it stands under {above}, which is never asked"
        elif reason := _never(item, questionnaire, {**found, **dead}):
            found[item.link_id] = reason
    return found


def _never(item: Item, questionnaire: Questionnaire, found: Mapping[str, str]) -> str:
    """Return why an item's conditions can't be met, or nothing."""
    faults = [_impossible(each, questionnaire, found) for each in item.enable_when]
    if item.enable_any:
        return next(iter(faults), "") if faults and all(faults) else ""
    return next((fault for fault in faults if fault), "") or contradiction(item, questionnaire)


def _impossible(condition: Condition, questionnaire: Questionnaire, found: Mapping[str, str]) -> str:
    source = questionnaire.by_link_id[condition.question]
    needs_no_answer = condition.operator is Operator.DIFFERS or (
        condition.operator is Operator.EXISTS and condition.value is False
    )
    if needs_no_answer:
        return ""
    if source.link_id in found:
        why = "which is never asked" if found[source.link_id] else "which is hidden and never filled"
        return f"it waits for {source.link_id}, {why}"
    return ""


def _is_dead(item: Item, carried: AbstractSet[str]) -> bool:
    """Say whether a hidden question gets its answer from nobody."""
    is_filled = item.calculated or item.initial or item.link_id in carried
    return item.is_question and item.is_silent and not is_filled


@dataclass(frozen=True)
class _Reach:
    protocol: Protocol
    asked: frozenset[str] = field(init=False)
    never: Mapping[str, Mapping[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        steps = (step.questionnaire for step in self.protocol.steps if step.questionnaire)
        object.__setattr__(self, "asked", frozenset({*self.protocol.intake, *steps}))
        forms = self.protocol.questionnaires
        never = {url: unreachable(each, _asked_outside(forms, url)) for url, each in forms.items()}
        object.__setattr__(self, "never", never)

    def of_questionnaires(self) -> Iterator[Problem]:
        for url, questionnaire in self.protocol.questionnaires.items():
            if url not in self.asked:
                reason = "neither the intake nor a step asks this questionnaire"
                yield Problem(questionnaire.source, questionnaire.id, reason)

    def of_items(self) -> Iterator[Problem]:
        for url, found in self.never.items():
            for link_id, reason in found.items():
                source = self.protocol.questionnaires[url].source
                yield Problem(source, link_id, f"is never asked: {reason}")

    def of_rules(
        self, file: str, rules: Sequence[Rule], awaited: frozenset[str], urls: frozenset[str]
    ) -> Iterator[Problem]:
        for rule in rules:
            where = frozenset({rule.questionnaire}) if rule.questionnaire else urls
            for link_id in sorted(items_in(rule.when) - awaited):
                if reason := self._unasked(link_id, where):
                    yield Problem(file, rule.id, f"waits for {link_id}, {reason}")

    def _unasked(self, link_id: str, urls: frozenset[str]) -> str:
        """Return why nobody answers an item in these questionnaires or, as a baseline, in the intake."""
        holders = [url for url, each in self.protocol.questionnaires.items() if link_id in each.by_link_id]
        if not holders:
            return ""
        item = self.protocol.questionnaires[holders[0]].by_link_id[link_id]
        if not item.is_question:
            return "which takes no answer"
        if not any(url in urls or url in self.protocol.intake for url in holders):
            return "which is not asked there"
        return "which is never asked" if all(link_id in self.never[url] for url in holders) else ""


def _asked_outside(forms: Mapping[str, Questionnaire], url: str) -> frozenset[str]:
    others = (item for other, each in forms.items() if other != url for item in each.walk())
    return frozenset(item.link_id for item in others if item.is_question and not item.is_silent)


def _only_missing(file: str, rules: Sequence[Rule]) -> Iterator[Problem]:
    for rule in rules:
        if rule.level == "MISSING":
            continue
        for operator in sorted({str(leaf.get("op", "")) for leaf in leaves_of(rule.when)} & ONLY_MISSING):
            reason = f"{operator} also holds without an answer: it decides MISSING rules only"
            yield Problem(file, rule.id, reason)
