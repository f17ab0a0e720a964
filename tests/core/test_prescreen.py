"""The pre-screen over the pack's own rules and intake."""

from dataclasses import replace
from datetime import date

import pytest

from handlers.core.changes import Level
from handlers.core.measures import Truth
from handlers.core.prescreen import PLAN_MISSING, findings_to_flags, screen, treatments
from handlers.core.values import PartialDate
from tests.core.sample_pack import NOW, SKIP, UNSURE, pack, response

TODAY = date(2026, 11, 24)
OFFERS = frozenset({"msc_iv"})


def found(answers, routes=OFFERS):
    findings = screen(pack(), [response("intake-a", answers)], today=TODAY, routes=routes)
    return {finding.rule.id: finding for finding in findings}


def flags(answers, routes=OFFERS):
    intake = response("intake-a", answers)
    findings = screen(pack(), [intake], today=TODAY, routes=routes)
    return {f.rule: f for f in findings_to_flags(pack(), [intake], findings, at=NOW)}


def test_a_rule_that_matches_becomes_a_flag_with_the_words_beside_it():
    flag = flags({"dx.by": "other"})["DX-02"]

    assert flag.level is Level.REVIEW
    assert [link_id for link_id, words in flag.evidence if words] == ["dx.by"]
    assert flag.evidence[0][1] == pack().questionnaires[flag_url()].item("dx.by").option("other").label
    assert flag.key == "DX-02:r-intake-a:any"


def flag_url():
    return response("intake-a", {}).questionnaire


def test_a_rule_that_does_not_match_leaves_nothing():
    assert "DX-02" not in found({"dx.by": "neuro"})


def test_a_skipped_answer_leaves_its_rules_undecided_and_says_what_they_wait_for():
    flag = flags({"dx.by": SKIP})["DX-02"]

    assert (flag.level, flag.evidence) == (Level.UNDECIDED, (("dx.by", ""),))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"hx.cancer": "past", "hx.cancer_end": PartialDate(2024, 1)}, Truth.TRUE),
        ({"hx.cancer": "past", "hx.cancer_end": PartialDate(2010)}, None),
        ({"hx.cancer": "past", "hx.cancer_end": PartialDate(2021)}, Truth.UNKNOWN),
        ({"hx.cancer": "past", "hx.cancer_end": SKIP}, Truth.UNKNOWN),
        ({"hx.cancer": SKIP}, Truth.UNKNOWN),
        ({"hx.cancer": UNSURE}, Truth.UNKNOWN),
        ({"hx.cancer": "never"}, None),
    ],
)
def test_a_follow_up_question_decides_only_if_it_was_asked_and_answered(answers, expected):
    finding = found(answers).get("CA-02")

    assert (finding.truth if finding else None) is expected


@pytest.mark.parametrize(
    ("chosen", "offered", "applied"),
    [
        ({"msc_iv"}, OFFERS, {"msc"}),
        ({"msc_it"}, OFFERS, {"msc", "it"}),
        ({"ips", "donor"}, OFFERS, {"ips", "donor"}),
        ({"ns"}, {"msc_iv", "exo"}, {"msc", "exo"}),
        (set(), {"msc_iv"}, {"msc"}),
        ({"ns"}, set(), set()),
    ],
)
def test_rules_apply_to_the_chosen_treatments_or_to_all_that_the_clinic_offers(chosen, offered, applied):
    assert treatments(frozenset(chosen), frozenset(offered)) == applied


def test_a_rule_for_one_treatment_is_not_evaluated_for_another():
    recent = {"dx.when": PartialDate(2026, 10)}

    assert "DX-07" in found({**recent, "int.type": ("msc_iv",)})
    assert "DX-07" not in found({**recent, "int.type": ("exo",)}, frozenset({"exo"}))


@pytest.mark.parametrize(("chosen", "is_found"), [("msc_iv", False), ("ips", True), ("ns", False)])
def test_a_treatment_without_a_filed_plan_is_a_finding(chosen, is_found):
    assert (PLAN_MISSING in found({"int.type": (chosen,)})) is is_found


def test_papers_that_were_not_asked_for_yet_are_not_missing():
    assert "DX-01" not in found({"dx.by": "neuro"})
    assert found({"dx.by": "ns"})["DX-01"].truth is Truth.TRUE


def test_rules_of_parts_that_are_still_to_come_are_undecided_but_no_flag_yet():
    answers = {"dx.by": "neuro"}

    assert found(answers)["BD-01"].truth is Truth.UNKNOWN
    assert "BD-01" not in flags(answers)


def test_the_undecided_never_count_as_clear():
    assert all(finding.truth is not Truth.FALSE for finding in found({}).values())
    assert found({})["ADM-01"].truth is Truth.UNKNOWN


def test_rules_are_evaluated_over_all_parts_that_were_begun():
    part = response("intake-a", {"dx.by": "other"})
    later = replace(response("intake-a", {}), questionnaire="urn:later")

    findings = screen(pack(), [part, later], today=TODAY, routes=OFFERS)

    assert "DX-02" in {finding.rule.id for finding in findings}
