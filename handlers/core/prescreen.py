"""The pre-screen: which of the clinic's written rules the answers meet. For staff only.

It never says that a patient is suitable or not: a rule that matches is shown with its words and
sources, one that cannot be decided says what it waits for, and a doctor closes each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from handlers.core.asked import Asked
from handlers.core.case import Response
from handlers.core.changes import Level, RaiseFlag
from handlers.core.evidence import words_of
from handlers.core.measures import Truth, truth
from handlers.core.protocol import Protocol, Rule
from handlers.core.rules import Facts, Outcome, by_link_id, evaluate
from handlers.core.values import Answer

ANY_ROUTE: Final = "any"
ROUTE_ITEM: Final = "int.type"
NOT_SURE: Final = "ns"
PLAN_MISSING: Final = "ADM-07"
"""The rule that says: a treatment was chosen for which the clinic has no filed plan."""

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
    response: Response,
    *,
    today: date,
    routes: frozenset[str],
    others: Sequence[Response] = (),
) -> tuple[Finding, ...]:
    """Return what the intake's answers lead to; `others` are its further parts, if begun.

    `routes` are the treatments that the clinic may offer (int.type's codes with a filed plan).
    """
    parts = (*others, response)
    answers = {k: v for part in parts for k, v in by_link_id(part.answers).items()}
    chosen = _chosen(answers.get(ROUTE_ITEM))
    asked = Asked(protocol, parts, today)
    facts = Facts(
        answers=answers,
        enabled=asked.is_asked,
        today=today,
        offered=asked.is_offered,
        system={PLAN_MISSING: truth(bool(chosen - routes - {NOT_SURE}))},
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
    protocol: Protocol, response: Response, findings: Iterable[Finding], *, at: datetime
) -> tuple[RaiseFlag, ...]:
    """Return the flags for staff: matches at their level, the undecided as UNDECIDED.

    An undecided rule's evidence names the answers it waits for with empty words. Undecided rules
    none of whose questions was put to the patient yet are left for the part that asks them.
    """
    questionnaire = protocol.questionnaire(response.questionnaire, response.version)
    here = frozenset(questionnaire.by_link_id if questionnaire else ())
    shown = (f for f in findings if f.truth is Truth.TRUE or f.rule.reads & here)
    return tuple(_flag(protocol, response, finding, at) for finding in shown)


def _is_worth_showing(rule: Rule, outcome: Outcome) -> bool:
    if outcome.truth is Truth.UNKNOWN:
        return rule.level != Level.MISSING
    return outcome.truth is Truth.TRUE


def _finding(rule: Rule, outcome: Outcome) -> Finding:
    return Finding(rule, rule.route, outcome.truth, outcome.evidence, outcome.waiting_for)


def _flag(protocol: Protocol, response: Response, finding: Finding, at: datetime) -> RaiseFlag:
    rule = finding.rule
    is_true = finding.truth is Truth.TRUE
    return RaiseFlag(
        key=f"{rule.id}:{response.id}:{finding.route}",
        rule=rule.id,
        rule_version=protocol.version,
        level=Level(rule.level) if is_true else Level.UNDECIDED,
        route=finding.route,
        staff_text=rule.staff_text,
        evidence=words_of(response, (*finding.evidence, *finding.waiting_for)),
        sources=rule.sources,
        response=response.id,
        at=at,
    )


def _chosen(answer: Answer | None) -> frozenset[str]:
    return frozenset(answer.codes() if answer else ())
