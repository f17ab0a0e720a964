"""Flags of check-ins over the pack's own rules, and words in free text."""

import pytest

from handlers.core.changes import Level
from handlers.core.flags import raise_flags
from tests.core.sample_pack import NOW, pack, response


def raised(answers, baseline=None, crossed=None):
    check_in = response("check-in-month-3", answers)
    before = response("intake-a", baseline) if baseline is not None else None
    return raise_flags(pack(), check_in, baseline=before, crossed=frozenset(crossed or answers), at=NOW)


def test_an_emergency_sign_is_red_with_its_own_words():
    [flag] = raised({"s.emerg": ("chest", "breath")})

    labels = ", ".join(
        pack().questionnaires[response("check-in-month-3", {}).questionnaire].item("s.emerg").option(c).label
        for c in ("chest", "breath")
    )
    assert (flag.rule, flag.level, flag.evidence) == ("FU-EM-01", Level.RED, (("s.emerg", labels),))


def test_no_sign_is_no_flag():
    assert raised({"s.emerg": ("none",)}) == ()


def test_all_matching_rules_are_recorded_and_the_loudest_comes_first():
    flags = raised({"f.selfharm": "now", "f.hosp": "er", "f.pgic": "7"})

    assert [flag.level for flag in flags] == [Level.CRISIS, Level.ORANGE, Level.YELLOW]


def test_only_rules_that_read_an_answer_of_this_turn_are_raised():
    answers = {"f.hosp": "er", "f.pgic": "7"}

    assert [flag.rule for flag in raised(answers, crossed={"f.pgic"})] == ["FU-PG-01"]


def test_a_sum_is_raised_when_its_last_part_is_answered():
    assert [f.rule for f in raised({"f.phq1": "2", "f.phq2": "1"}, crossed={"f.phq2"})] == ["FU-MO-01"]


def test_the_same_answer_raises_the_same_flag_under_the_same_key():
    keys = {flag.key for _ in range(2) for flag in raised({"f.hosp": "er"})}

    assert keys == {"FU-HO-01:r-check-in-month-3:any"}


@pytest.mark.parametrize(
    ("baseline", "is_raised"),
    [(None, True), ({}, True), ({"int.type": ("msc_it",)}, True), ({"int.type": ("msc_iv",)}, False)],
)
def test_a_rule_for_the_spinal_route_spares_those_who_had_another(baseline, is_raised):
    rules = {flag.rule for flag in raised({"s.head": "mild", "s.today_m": ("head",)}, baseline)}

    assert ("FU-HD-04" in rules) is is_raised
