"""What the flags make of answers before a procedure, in safety checks and years later."""

import pytest

from tests.packs.test_parkinson_flags import NOW, PROTOCOL, raise_flags, response

FORMS = {questionnaire.id: questionnaire.url for questionnaire in PROTOCOL.questionnaires.values()}


def loudest(form, **answers):
    """Return level and rule of the loudest flag of these answers to a questionnaire."""
    crossed = frozenset(name.replace("_", ".", 1) for name in answers)
    before = response(PROTOCOL.intake[0], int_type="msc_it")
    raised = raise_flags(PROTOCOL, response(FORMS[form], **answers), baseline=before, crossed=crossed, at=NOW)
    return (raised[0].level.value, {flag.rule for flag in raised}) if raised else ("", set())


@pytest.mark.parametrize(
    ("form", "answers", "level", "rule"),
    [
        ("before-procedure", {"prep_well": "cough"}, "ORANGE", "FU-PR-01"),
        ("after-harvest", {"s_emerg": "breath"}, "RED", "FU-EM-01"),
        ("after-harvest", {"s_today_h": "rash"}, "ORANGE", "FU-TH-01"),
        ("after-harvest", {"s_today_h": "calf"}, "ORANGE", "FU-TH-02"),
        ("after-harvest", {"s_today_h": ("wound", "fever")}, "RED", "FU-WO-03"),
        ("after-harvest", {"s_today_h": ("vomit", "fever")}, "RED", "FU-PM-03"),
        ("after-harvest", {"s_pdmeds": "none"}, "ORANGE", "FU-PM-02"),
        ("after-harvest", {"s_pdmeds": "miss"}, "YELLOW", "FU-PM-01"),
        ("after-harvest", {"s_pdmeds": "miss", "s_emerg": "conf"}, "RED", "FU-PM-04"),
        ("after-harvest", {"s_today_h": ("fall", "vomit"), "f_fallhead": "head"}, "RED", "FU-FA-04"),
        ("after-harvest-week", {"s_wound": "pus"}, "ORANGE", "FU-WO-01"),
        ("after-harvest-week", {"s_wound": "red"}, "YELLOW", "FU-WO-02"),
        ("after-infusion-6h", {"s_today_i": "numb"}, "ORANGE", "FU-TI-01"),
        ("after-infusion-24h", {"s_fever": "lt24"}, "ORANGE", "FU-FV-01"),
        ("after-infusion-24h", {"s_today_i": "fever", "s_pdmeds": "miss"}, "ORANGE", "FU-PM-02"),
        ("after-infusion-48h", {"s_head": "sev"}, "RED", "FU-HD-02"),
        ("after-infusion-week", {"s_head": "mild"}, "ORANGE", "FU-HD-05"),
        ("check-in-month-1", {"s_today_m": "head", "s_head": "mild"}, "ORANGE", "FU-HD-04"),
        ("late-check", {"l_late": "lump"}, "ORANGE", "FU-LA-01"),
    ],
)
def test_a_sign_raises_its_flag(form, answers, level, rule):
    loud, rules = loudest(form, **answers)

    assert (loud, rule in rules) == (level, True)


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        ("before-procedure", {"prep_well": "none", "prep_newmed": "yes", "prep_helper": "no"}),
        ("after-harvest", {"s_emerg": "none", "s_today_h": "none", "s_pdmeds": "all"}),
        ("after-harvest", {"s_pdmeds": "late"}),
        ("after-harvest-week", {"s_wound": "ok", "s_today_h": "none"}),
        ("after-infusion-48h", {"s_today_i": "none", "s_fever": "no", "s_head": "mild"}),
        ("after-infusion-week", {"s_today_i": "none", "s_head": "none", "f_hosp": "no"}),
        ("late-check", {"l_late": "none", "f_cancer": "no"}),
    ],
)
def test_what_is_no_sign_raises_none(form, answers):
    assert loudest(form, **answers) == ("", set())


@pytest.mark.parametrize(
    ("form", "answers", "level"),
    [
        ("after-infusion-6h", {"s_today_i": ("head", "numb")}, "RED"),
        ("after-infusion-6h", {"s_today_i": ("head", "see")}, "RED"),
        ("after-infusion-6h", {"s_today_i": ("head", "back")}, "ORANGE"),
        ("after-infusion-6h", {"s_today_i": ("head", "fever")}, "RED"),
        ("after-infusion-48h", {"s_today_i": "numb", "s_head": "mild"}, "RED"),
        ("after-infusion-48h", {"s_today_i": "numb", "s_head": "none"}, "ORANGE"),
        ("check-in-month-1", {"s_today_m": ("head", "weak")}, "RED"),
        ("check-in-month-1", {"s_today_m": ("head", "see")}, "RED"),
        ("check-in-month-1", {"s_today_m": ("weak", "see")}, "ORANGE"),
        ("check-in-month-1", {"s_today_m": ("head", "fever"), "s_fever": "lt24", "s_head": None}, "RED"),
        ("check-in-month-1", {"s_today_m": ("head", "fever"), "s_fever": None, "s_head": "mild"}, "RED"),
        ("check-in-month-1", {"s_today_m": ("head", "fever"), "s_fever": None, "s_head": "none"}, "ORANGE"),
        ("check-in-month-1", {"s_today_m": ("head", "fever"), "s_fever": "no", "s_head": "none"}, "YELLOW"),
        ("check-in-month-1", {"s_today_m": "head", "s_head": None}, "ORANGE"),
    ],
)
def test_a_headache_is_red_with_a_fever_and_with_signs_of_the_limbs_or_of_seeing(form, answers, level):
    assert loudest(form, **answers)[0] == level


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, "YELLOW"),
        ({"s_fever": None}, "ORANGE"),
        ({"s_fever": "no"}, "YELLOW"),
        ({"s_fever": "lt24"}, "ORANGE"),
    ],
)
def test_a_fever_counts_as_there_until_it_is_said_to_be_over(said, level):
    assert loudest("check-in-month-1", s_today_m="fever", **said)[0] == level


def test_a_swollen_leg_is_called_within_the_hour_only_in_the_first_days():
    assert "FU-TH-02" not in loudest("after-harvest-week", s_today_h="calf")[1]
