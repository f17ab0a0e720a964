"""Whether the plan of a pack holds together: windows, ladders, effects and cards."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from handlers.core.problems import Problem
from handlers.core.protocol import Offset, Protocol, Step, StepKind
from handlers.core.values import Purpose
from storage.pack_files import FLAGS, PRESCREEN, PROTOCOL

ROUTES: Final = frozenset({"any", "ips", "msc", "it", "donor", "exo"})
_LONGEST_MONTH: Final = 31
_SHORTEST_MONTH: Final = 28


def plan_problems(protocol: Protocol) -> list[Problem]:
    """Return check-ins that run into one another, rungs out of order, unknown codes, cards and routes."""
    return [
        *_of_windows(protocol.steps),
        *_of_safety_windows(protocol.steps),
        *(problem for step in protocol.steps for problem in _of_ladder(step)),
        *_of_effects(protocol),
        *_of_rules(protocol),
    ]


def _of_windows(steps: Sequence[Step]) -> Iterator[Problem]:
    """Find check-ins of months that are still open, or reminded of, when the next one begins."""
    by_anchor: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if step.enabled and step.kind is StepKind.CHECK_IN and step.offset.months:
            by_anchor[step.anchor].append(step)
    for monthly in by_anchor.values():
        for one, following in pairwise(sorted(monthly, key=lambda step: _days(step.offset, _SHORTEST_MONTH))):
            end = _days(one.offset, _LONGEST_MONTH) + one.window_after_days
            begin = _days(following.offset, _SHORTEST_MONTH) - following.window_before_days
            if end >= begin:
                yield Problem(
                    PROTOCOL,
                    one.id,
                    f"overlaps {following.id}: it may be open until day {end:g}, "
                    f"{following.id} may begin on day {begin:g}",
                )


def _of_safety_windows(steps: Sequence[Step]) -> Iterator[Problem]:
    """Find safety checks that are still open when the next one of their anchor begins."""
    safety = [s for s in steps if s.enabled and s.kind is StepKind.SAFETY_CHECK]
    for anchor in dict.fromkeys(step.anchor for step in safety):
        own = sorted(
            (s for s in safety if s.anchor == anchor), key=lambda s: _days(s.offset, _SHORTEST_MONTH)
        )
        for one, following in pairwise(own):
            end = _days(one.offset, _LONGEST_MONTH) + one.window_after_days + one.window_after_hours / 24
            if end > _days(following.offset, _SHORTEST_MONTH):
                yield Problem(PROTOCOL, one.id, f"is still open when {following.id} begins")


def _of_ladder(step: Step) -> Iterator[Problem]:
    for one, following in pairwise(step.ladder):
        if _days(one.after, _SHORTEST_MONTH) >= _days(following.after, _SHORTEST_MONTH):
            reason = f"the rung {following.action.value} does not come after the one before it"
            yield Problem(PROTOCOL, step.id, reason)


def _days(offset: Offset, month: int) -> float:
    return offset.months * month + offset.days + offset.hours / 24


def _of_effects(protocol: Protocol) -> Iterator[Problem]:
    items = {item.link_id: item for each in protocol.questionnaires.values() for item in each.walk()}
    purposes = {purpose.value for purpose in Purpose}
    for link_id, effect in protocol.effects.items():
        name, _, argument = effect.partition(":")
        item = items.get(link_id)
        if name in {"stop-if", "task-if"} and item is not None and item.option(argument) is None:
            yield Problem(PROTOCOL, link_id, f"{effect}: there is no option {argument}")
        if name == "consent" and argument not in purposes:
            yield Problem(PROTOCOL, link_id, f"{effect}: there is no such purpose")


def _of_rules(protocol: Protocol) -> Iterator[Problem]:
    cards: Mapping[str, str] = protocol.cards
    for rule in protocol.flags:
        if rule.card and rule.card not in cards.values() and rule.card not in cards:
            yield Problem(FLAGS, rule.id, f"unknown card {rule.card}")
    for file, rules in ((PRESCREEN, protocol.prescreen), (FLAGS, protocol.flags)):
        for rule in rules:
            if rule.route not in ROUTES:
                yield Problem(file, rule.id, f"unknown treatment {rule.route}")
