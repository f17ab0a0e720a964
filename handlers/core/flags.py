"""Flags of check-ins: the pack's written rules over the answers just given.

Nothing is classified or scored here: a rule matches or it does not. Showing a card too
often is accepted; a sign that is not seen is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.core.asked import Asked
from handlers.core.calls import SOONEST_FIRST, call_of
from handlers.core.case import Response
from handlers.core.changes import Level, RaiseFlag
from handlers.core.danger import LOUDEST_FIRST
from handlers.core.evidence import words_of
from handlers.core.measures import Truth
from handlers.core.prescreen import ANY_ROUTE, NOT_SURE, ROUTE_ITEM, TREATMENTS
from handlers.core.protocol import Protocol, Rule
from handlers.core.questionnaire import Questionnaire
from handlers.core.rules import Facts, Outcome, by_link_id, evaluate

FLAG_MODE: Final = "flag_mode"
"""Under which of the clinic's texts it stands how staff see flags (clinical.md section 2)."""

LIST: Final = "list"
OFF: Final = "off"

LOUDNESS: Final = (
    Level.CRISIS,
    Level.RED,
    Level.SAFETY,
    Level.ORANGE,
    Level.STOP,
    Level.LIKELY_NO,
    Level.REVIEW,
    Level.YELLOW,
    Level.MISSING,
    Level.INFO,
    Level.UNDECIDED,
)
"""All levels, loudest first."""


@dataclass(frozen=True, slots=True)
class _Met:
    """A rule that the answers meet, with their words."""

    rule: Rule
    evidence: tuple[tuple[str, str], ...]


def raise_flags(
    protocol: Protocol,
    response: Response,
    *,
    baseline: Response | None,
    crossed: frozenset[str],
    at: datetime,
) -> tuple[RaiseFlag, ...]:
    """Return a flag for every rule that the answers meet and that reads one of the `crossed` linkIds.

    `baseline` is the intake's response. The loudest comes first; all are recorded, the card is that
    of the first.
    """
    here = (r for r in protocol.flags if r.questionnaire in {"", response.questionnaire})
    rules = [r for r in here if r.reads & crossed and _applies(r, baseline)]
    if not rules:
        return ()
    facts = _facts(protocol, response, baseline, at)
    outcomes = ((rule, evaluate(rule.when, facts, rule.id)) for rule in rules)
    flags = [
        _flag(_Met(rule, _evidence(outcome, response, baseline)), protocol, response, at)
        for rule, outcome in outcomes
        if outcome.truth is Truth.TRUE
    ]
    return tuple(sorted(flags, key=_loudness))


def are_listed(texts: Mapping[str, str]) -> bool:
    """Say whether a clinic has flags listed, each a rule beside the answer; else answers stand alone.

    Whoever must call a patient is told in either mode.
    """
    return texts.get(FLAG_MODE, LIST) != OFF


def _loudness(flag: RaiseFlag) -> tuple[int, int]:
    """Return what sorts the loudest flag first, and of one level that which is to be called about first."""
    call = call_of(flag.level, flag.task)
    return LOUDEST_FIRST.index(flag.level), SOONEST_FIRST.index(call)


def _applies(rule: Rule, baseline: Response | None) -> bool:
    """Say whether a rule is meant for this patient's treatment.

    Where the treatment is not known, rules for every treatment apply: too often, not too seldom.
    """
    answers = by_link_id(baseline.answers) if baseline else {}
    chosen = answers[ROUTE_ITEM].codes() if ROUTE_ITEM in answers else ()
    if rule.route == ANY_ROUTE or not chosen or NOT_SURE in chosen:
        return True
    return any(rule.route in TREATMENTS.get(code, ()) for code in chosen)


def _facts(protocol: Protocol, response: Response, baseline: Response | None, at: datetime) -> Facts:
    questionnaire = protocol.questionnaire(response.questionnaire, response.version)
    asked = Asked(protocol, (response,), at.date())
    return Facts(
        answers=by_link_id(response.answers),
        enabled=asked.is_asked,
        today=at.date(),
        offered=asked.is_offered,
        baseline=by_link_id(baseline.answers) if baseline else {},
        scale=lambda link_id: _scale(questionnaire, link_id),
    )


def _evidence(outcome: Outcome, response: Response, baseline: Response | None) -> tuple[tuple[str, str], ...]:
    """Return the words of the answers given now, then of those at the baseline that they differ from."""
    given = by_link_id(response.answers)
    now = [link_id for link_id in outcome.evidence if link_id in given]
    before = words_of(baseline, [link_id for link_id in outcome.evidence if link_id not in given])
    return (*words_of(response, now), *((link_id, said) for link_id, said in before if said))


def _scale(questionnaire: Questionnaire | None, link_id: str) -> tuple[str, ...]:
    item = questionnaire.by_link_id.get(link_id) if questionnaire else None
    return tuple(option.code for option in item.options) if item else ()


def _flag(met: _Met, protocol: Protocol, response: Response, at: datetime) -> RaiseFlag:
    rule = met.rule
    return RaiseFlag(
        key=f"{rule.id}:{response.id}:{rule.route}",
        rule=rule.id,
        rule_version=protocol.version,
        level=Level(rule.level),
        route=rule.route,
        staff_text=rule.staff_text,
        evidence=met.evidence,
        sources=rule.sources,
        response=response.id,
        at=at,
        task=rule.task,
        opens_case=rule.adverse_event is not False,
    )
