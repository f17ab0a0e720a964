"""Each of the pack's 116 rules: a case that fires it, one that does not, one in which it is unknown."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.core.asked import Asked
from handlers.core.case import Response, ResponseStatus
from handlers.core.measures import Truth
from handlers.core.paper_rules import Papers
from handlers.core.prescreen import NO_PAPERS, screen
from handlers.core.questionnaire import ItemType
from handlers.core.rules import Facts, evaluate
from handlers.core.values import Absent, Answer, Coding, PartialDate, Quantity, ResponseId, Slot
from tests.core.sample_pack import NOW, pack

CASES = json.loads(Path(__file__).with_name("prescreen_cases.json").read_text(encoding="utf-8"))
RULES = {rule.id: rule for rule in pack().prescreen}
NEVER_UNKNOWN = {"ADM-07", "BD-06", "DO-01", "DO-02", "DO-03", "DO-04", "DO-05", "STG-05"}
"""The reference names the first seven; STG-05 too asks only for "not sure" or nothing at all."""
BY_CODE = {"ADM-07", "DO-04", "DO-05"}
TODAY = date(2026, 11, 24)
OFFERED = frozenset({"msc_iv", "msc_it", "donor", "ips"})
COMPLAINTS = {
    "DO-04": Papers(too_old=frozenset({"doc.mri"})),
    "DO-05": Papers(unusable=frozenset({"doc.mri"})),
}


def parts(said):
    """Return a finished response of every part of the intake, each holding its share of the answers."""
    return [_part(url, said) for url in pack().intake]


def _part(url, said):
    form = next(q for q in pack().questionnaires.values() if q.url == url)
    own = {k: v for k, v in said.items() if k in form.by_link_id and not form.item(k).carried}
    answers = {Slot(k): _answer(form.item(k), v) for k, v in own.items()}
    return Response(
        ResponseId(f"r-{form.id}"), form.url, form.version, ResponseStatus.COMPLETED, NOW, answers=answers
    )


def _answer(item, said):
    if said == "SKIP":
        return Answer(Slot(item.link_id), (), NOW, absent=Absent.SKIPPED)
    words = said if isinstance(said, list) else [said]
    return Answer(Slot(item.link_id), tuple(_value(item, word) for word in words), NOW)


def _value(item, word):
    if option := item.option(word):
        return Coding(word, display=option.label)
    match item.type:
        case ItemType.DATE:
            return PartialDate(*(int(part) for part in word.split("-")))
        case ItemType.QUANTITY:
            number, unit = word.split()
            return Quantity(Decimal(number), unit)
        case ItemType.DECIMAL:
            return Decimal(word)
        case _:
            return word


def matches(rule, said, papers=NO_PAPERS):
    """Say whether staff would see that the rule matches."""
    found = screen(pack(), parts(said), today=TODAY, routes=OFFERED, papers=papers)
    return any(finding.rule.id == rule and finding.truth is Truth.TRUE for finding in found)


def is_unknown(rule, said):
    """Say whether the rule can't be decided; of MISSING rules staff are not told so."""
    asked = Asked(pack(), parts(said), TODAY)
    answers = {k: answer for part in parts(said) for (k, _), answer in part.answers.items()}
    facts = Facts(answers=answers, enabled=asked.is_asked, today=TODAY, offered=asked.is_offered)
    return evaluate(RULES[rule].when, facts, rule).truth is Truth.UNKNOWN


def test_every_rule_of_the_pack_has_its_cases():
    assert (len(CASES), set(CASES)) == (116, set(RULES))


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_fires(rule):
    assert matches(rule, CASES[rule]["fires"], COMPLAINTS.get(rule, NO_PAPERS))


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_does_not_fire(rule):
    assert not matches(rule, CASES[rule]["not"])


@pytest.mark.parametrize("rule", CASES)
def test_a_case_that_does_not_fire_the_rule_answers_all_that_it_reads(rule):
    assert "SKIP" not in CASES[rule]["not"].values() or RULES[rule].level == "MISSING"


@pytest.mark.parametrize("rule", [rule for rule in CASES if rule not in NEVER_UNKNOWN])
def test_the_rule_is_unknown_while_what_it_reads_is_skipped(rule):
    assert is_unknown(rule, CASES[rule]["unknown"])


@pytest.mark.parametrize("rule", sorted(NEVER_UNKNOWN))
def test_a_rule_about_what_is_there_at_all_is_never_unknown(rule):
    nothing = dict.fromkeys(RULES[rule].reads, "SKIP")

    seen = screen(pack(), parts(nothing), today=TODAY, routes=OFFERED)

    assert not any(f.rule.id == rule and f.truth is Truth.UNKNOWN for f in seen)
    assert rule in BY_CODE or not is_unknown(rule, nothing)
