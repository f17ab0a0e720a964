"""The pre-screen: which of the clinic's written rules the answers meet. For staff only.

It never says that a patient is suitable or not: a rule that matches is shown with its words and
sources, one that cannot be decided says what it waits for, and a doctor closes each.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from handlers.core.asked import Asked
from handlers.core.case import Response
from handlers.core.changes import Level, RaiseFlag
from handlers.core.evidence import NOT_IN_LANGUAGE, words_in
from handlers.core.measures import Truth
from handlers.core.paper_rules import Papers, without_useless
from handlers.core.protocol import Protocol, Rule
from handlers.core.rules import Facts, Outcome, by_link_id, evaluate
from handlers.core.values import Answer, ResponseId

ANY_ROUTE: Final = "any"
ROUTE_ITEM: Final = "int.type"
NOT_SURE: Final = "ns"
PLAN_MISSING: Final = "ADM-07"
"""The rule that says: a treatment was chosen for which the clinic has no filed plan."""
TOO_OLD: Final = "DO-04"
UNUSABLE: Final = "DO-05"
BY_CODE: Final = frozenset({PLAN_MISSING, TOO_OLD, UNUSABLE})
"""Ids of the rules that code decides: no expression could say what they look for."""
NO_PAPERS: Final = Papers()

TREATMENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "msc_iv": ("msc",),
        "msc_it": ("msc", "it"),
        "donor": ("donor",),
        "exo": ("exo",),
        "ips": ("ips",),
    }
)
"""int.type's codes → the treatments that rules apply to."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that matches or cannot be decided, on which answers, waiting for which (linkIds)."""

    rule: Rule
    route: str
    truth: Truth
    evidence: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()


def screen(
    protocol: Protocol,
    parts: Sequence[Response],
    *,
    today: date,
    routes: frozenset[str],
    language: str = "",
    papers: Papers = NO_PAPERS,
) -> tuple[Finding, ...]:
    """Return what the intake's answers lead to: `parts` are those begun, in the order of the pack.

    `routes` are the treatments that the clinic may offer (int.type's codes with a filed plan). What is
    not asked in `language` is unknown. An answer whose question is no longer asked counts for nothing,
    and so does a file that cannot be used.
    """
    asked = Asked(protocol, parts, today, language)
    given = without_useless(answers_of(parts), papers.useless)
    answers = {link_id: answer for link_id, answer in given.items() if asked.is_asked(link_id) is not False}
    chosen = _chosen(answers.get(ROUTE_ITEM))
    facts = Facts(
        answers=answers,
        enabled=asked.is_asked,
        today=today,
        offered=asked.is_offered,
        found={
            PLAN_MISSING: (ROUTE_ITEM,) if chosen - routes - {NOT_SURE} else (),
            TOO_OLD: tuple(sorted(papers.too_old)),
            UNUSABLE: tuple(sorted(papers.unusable)),
        },
    )
    return evaluate_rules(protocol.prescreen, facts, treatments(chosen, routes))


def evaluate_rules(rules: Iterable[Rule], facts: Facts, chosen: frozenset[str]) -> tuple[Finding, ...]:
    """Return the findings of all rules that apply to everybody or to a chosen treatment.

    A rule that is false leaves none. Of MISSING rules only those that match are found: what was
    not asked for yet is not missing.
    """
    applicable = (rule for rule in rules if rule.route in {ANY_ROUTE, *chosen})
    outcomes = ((rule, evaluate(rule.when, facts, rule.id)) for rule in applicable)
    return tuple(_finding(rule, outcome) for rule, outcome in outcomes if _is_worth_showing(rule, outcome))


def treatments(chosen: frozenset[str], offered: frozenset[str]) -> frozenset[str]:
    """Return the treatments that rules are evaluated for; "not sure" means all that is offered."""
    codes = offered if NOT_SURE in chosen or not chosen else chosen
    return frozenset(treatment for code in codes for treatment in TREATMENTS.get(code, ()))


def findings_to_flags(
    protocol: Protocol,
    parts: Sequence[Response],
    findings: Iterable[Finding],
    *,
    at: datetime,
    language: str = "",
) -> tuple[RaiseFlag, ...]:
    """Return the flags for staff: matches at their level, the undecided as UNDECIDED.

    They belong to the first of the parts, wherever the answers behind them stand. An undecided rule's
    evidence names the answers it waits for with empty words, or why there are none. Undecided rules
    none of whose questions was put to the patient yet are left for the part that asks them.
    """
    forms = [protocol.questionnaire(part.questionnaire, part.version) for part in parts]
    put = {item.link_id for form in forms if form for item in form.by_link_id.values() if not item.carried}
    unspoken = {link_id for form in forms if form for link_id in form.unspoken(language)}
    said = _Said(protocol.version, parts[0].id, answers_of(parts), unspoken)
    shown = (f for f in findings if f.truth is Truth.TRUE or f.rule.reads & put)
    return tuple(_flag(said, finding, at) for finding in shown)


def answers_of(parts: Iterable[Response]) -> dict[str, Answer]:
    """Return the answers of all parts in one view, by linkId."""
    return {link_id: answer for part in parts for link_id, answer in by_link_id(part.answers).items()}


def _is_worth_showing(rule: Rule, outcome: Outcome) -> bool:
    if outcome.truth is Truth.UNKNOWN:
        return rule.level != Level.MISSING
    return outcome.truth is Truth.TRUE


def _finding(rule: Rule, outcome: Outcome) -> Finding:
    return Finding(rule, rule.route, outcome.truth, outcome.evidence, outcome.waiting_for)


@dataclass(frozen=True, slots=True)
class _Said:
    """What flags of one screening have in common: version, owner, answers, and what could not be asked."""

    version: str
    owner: ResponseId
    answers: Mapping[str, Answer]
    unspoken: Container[str]

    def evidence(self, link_ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return each linkId with the answer's words."""
        told = words_in(self.answers, link_ids)
        return tuple((k, NOT_IN_LANGUAGE if not words and k in self.unspoken else words) for k, words in told)


def _flag(said: _Said, finding: Finding, at: datetime) -> RaiseFlag:
    rule = finding.rule
    is_true = finding.truth is Truth.TRUE
    return RaiseFlag(
        key=f"{rule.id}:{said.owner}:{finding.route}",
        rule=rule.id,
        rule_version=said.version,
        level=Level(rule.level) if is_true else Level.UNDECIDED,
        route=finding.route,
        staff_text=rule.staff_text,
        evidence=said.evidence((*finding.evidence, *finding.waiting_for)),
        sources=rule.sources,
        response=said.owner,
        at=at,
    )


def _chosen(answer: Answer | None) -> frozenset[str]:
    return frozenset(answer.codes() if answer else ())
