"""What the pack's flags make of answers to check-ins (clinical.md section 9)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from handlers.core.case import Response, ResponseStatus
from handlers.core.flags import raise_flags
from handlers.core.values import Absent, Answer, Coding, ResponseId, Slot
from storage.protocols import pack_folder, read_pack

PROTOCOL = read_pack(pack_folder("parkinson-cell-therapy"))
MONTH_6 = next(q for q in PROTOCOL.questionnaires.values() if q.id == "check-in-month-6")
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


def response(questionnaire, **answers):
    """Answers by linkId with `_` for the dot: a code, several codes, a number, or None where skipped."""
    given = {}
    for name, value in answers.items():
        slot = Slot(name.replace("_", ".", 1))
        values = value if isinstance(value, tuple) else () if value is None else (value,)
        codings = tuple(v if isinstance(v, Decimal) else Coding(v) for v in values)
        given[slot] = Answer(slot, codings, NOW, absent=Absent.SKIPPED if value is None else None)
    return Response(ResponseId("r"), questionnaire, "1", ResponseStatus.IN_PROGRESS, NOW, answers=given)


def flags(baseline=None, **answers):
    crossed = frozenset(name.replace("_", ".", 1) for name in answers)
    before = response(PROTOCOL.intake[0], **(baseline or {}))
    now = response(MONTH_6.url, **answers)
    return raise_flags(PROTOCOL, now, baseline=before, crossed=crossed, at=NOW)


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"s_emerg": "chest"}, "RED"),
        ({"s_emerg": ("none",)}, None),
        ({"s_today_m": "weak"}, "ORANGE"),
        ({"s_today_m": ("fall", "lump")}, "ORANGE"),
        ({"s_today_m": "chok"}, "YELLOW"),
        ({"s_fever": "lt24"}, "ORANGE"),
        ({"s_fever": "gt48"}, "RED"),
        ({"s_fever": "no"}, None),
        ({"s_temp": Decimal("38.9")}, None),
        ({"s_temp": Decimal(39)}, "RED"),
        ({"s_temp": Decimal("98.6")}, None),
        ({"s_temp": Decimal("102.2")}, "RED"),
        ({"s_head": "up"}, "ORANGE"),
        ({"s_head": "sev"}, "RED"),
        ({"s_head": "none"}, None),
        ({"s_fever": "lt24", "s_head": "mild"}, "RED"),
        ({"f_pgic": "5"}, None),
        ({"f_pgic": "6"}, "YELLOW"),
        ({"f_hosp": "stay"}, "ORANGE"),
        ({"f_hosp": "doc"}, None),
        ({"f_sidefx": "itch"}, "YELLOW"),
        ({"f_sidefx": "tired"}, None),
        ({"f_medchg": "less", "f_medwho": "na"}, "ORANGE"),
        ({"f_medchg": "less", "f_medwho": "neuro"}, None),
        ({"f_medchg": "more", "f_medwho": "me"}, "ORANGE"),
        ({"f_falls": "1"}, None),
        ({"f_falls": "2to5"}, "YELLOW"),
        ({"f_fallhead": "hurt"}, "ORANGE"),
        ({"f_see": "real"}, "ORANGE"),
        ({"f_see": "know"}, "YELLOW"),
        ({"f_swallow": "often"}, "ORANGE"),
        ({"f_cancer": "ns"}, "ORANGE"),
        ({"f_phq1": "1", "f_phq2": "1"}, None),
        ({"f_phq1": "3"}, "YELLOW"),
        ({"f_selfharm": "now"}, "CRISIS"),
        ({"f_selfharm": "past"}, "ORANGE"),
        ({"f_selfharm": "skip"}, None),
        ({"f_selfharm": "skip", "f_phq1": "2", "f_phq2": "1"}, "ORANGE"),
    ],
)
def test_the_loudest_flag_of_an_answer(answers, level):
    raised = flags(**answers)

    assert (raised[0].level.value if raised else None) == level


@pytest.mark.parametrize(
    ("before", "now", "level"),
    [
        ({"sym_tremor": "1"}, {"f_tremor": "3"}, "YELLOW"),
        ({"sym_tremor": "1"}, {"f_tremor": "2"}, None),
        ({}, {"f_tremor": "4"}, None),
        ({"sym_falls": "0"}, {"f_falls": "1"}, "YELLOW"),
        ({"stage_daily": "slow"}, {"f_daily": "some"}, "YELLOW"),
        ({"stage_daily": "some"}, {"f_daily": "slow"}, None),
        ({"sym_dysk": "bad"}, {"f_dysk": "bad"}, None),
        ({"sym_dysk": "mild"}, {"f_dysk": "bad"}, "YELLOW"),
        ({"sym_see": "real"}, {"f_see": "real"}, None),
    ],
)
def test_a_change_is_seen_against_the_intake(before, now, level):
    raised = flags(before, **now)

    assert (raised[0].level.value if raised else None) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("I don't want to live, I want to die", "CRISIS"),
        ("there is Chest pain since noon", "RED"),
        ("I fell twice", "ORANGE"),
        ("All is well, I fell asleep early", "ORANGE"),
        ("Thank you for asking", None),
        ("もう死にたいです", "CRISIS"),
        ("息が苦しいです", "RED"),
        ("昨日転んだ", "ORANGE"),
        ("血圧は普通です", None),
    ],
)
def test_words_in_free_text_show_a_card_rather_too_often(text, level):
    assert PROTOCOL.danger.loudest(text) == level
