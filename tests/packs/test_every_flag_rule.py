"""Each rule over check-ins: a case that fires it and one that does not; a new rule without cases fails."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.core.values import Absent, Answer, Coding, Slot
from tests.packs.test_parkinson_flags import NOW, PROTOCOL, raise_flags, response
from tests.packs.test_safety_flags import FORMS

CASES = json.loads(Path(__file__).with_name("flag_cases.json").read_text(encoding="utf-8"))


def said(url, answers):
    """Return a response with these answers, codes or numbers as the file writes them, null where skipped."""
    given = {}
    for link_id, value in answers.items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        coded = tuple(Coding(v) if isinstance(v, str) else Decimal(str(v)) for v in values)
        absent = Absent.SKIPPED if value is None else None
        given[Slot(link_id)] = Answer(Slot(link_id), coded, NOW, absent=absent)
    return response(url), given


def raised(form, answers, before):
    """Return the rules that these answers raise, after this intake."""
    intake = PROTOCOL.intake[0]
    now, baseline = (
        type(empty)(empty.id, empty.questionnaire, empty.version, empty.status, NOW, answers=given)
        for empty, given in (said(FORMS[form], answers), said(intake, before))
    )
    return {f.rule for f in raise_flags(PROTOCOL, now, baseline=baseline, crossed=frozenset(answers), at=NOW)}


def test_every_rule_has_its_cases():
    assert set(CASES) == {rule.id for rule in PROTOCOL.flags}


def test_every_case_is_asked_by_its_form_and_says_what_stands_there():
    for rule, case in CASES.items():
        form = PROTOCOL.questionnaires[FORMS[case["form"]]]
        for link_id, value in [*case["fires"].items(), *case["not"].items()]:
            codes = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]
            assert all(form.by_link_id[link_id].option(code) for code in codes), (rule, link_id)


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_fires(rule):
    case = CASES[rule]

    assert rule in raised(case["form"], case["fires"], case.get("before", {}))


@pytest.mark.parametrize("rule", CASES)
def test_the_rule_does_not_fire(rule):
    case = CASES[rule]

    assert rule not in raised(case["form"], case["not"], case.get("beforeNot", {}))


def test_without_an_intake_nobody_is_said_to_take_a_blood_thinner():
    assert "FU-FA-05" not in raised("check-in-month-3", {"f.fallhead": "head"}, {})
