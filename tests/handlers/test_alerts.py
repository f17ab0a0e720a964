"""Which answers alert staff, and which open a case of a possible adverse event."""

from dataclasses import replace

import pytest

from handlers.core.changes import Level, OpenTask, RaiseAlert, RaiseFlag
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, consented, submitted, walk
from tests.handlers.test_danger_signs import started


def alerts(desk: Desk) -> list[tuple[Level, bool]]:
    return [(alert.level, alert.opens_case) for alert in desk.of(RaiseAlert)]


def treated(local: str = "2026-03-02T20:30") -> Desk:
    """Return a desk whose patient had an infusion in Tokyo a while ago, where it is nine in the evening."""
    desk = submitted()
    desk.treat(local)
    return desk


@pytest.mark.parametrize(
    ("words", "level", "opens"),
    [("I have chest pain", Level.RED, True), ("I think about suicide", Level.CRISIS, False)],
)
def test_words_of_danger_alert_staff_in_the_moment_they_are_said(words, level, opens):
    desk = treated()

    desk.say(words)

    assert alerts(desk) == [(level, opens)]


@pytest.mark.parametrize(("infusion", "opens"), [("2026-03-02T20:30", True), ("2026-03-02T22:30", False)])
def test_a_case_is_opened_once_a_procedure_has_been_on_the_clock_where_it_was(infusion, opens):
    desk = treated(infusion)

    desk.say("I have chest pain")

    assert alerts(desk) == [(Level.RED, opens)]


def test_before_any_treatment_staff_are_alerted_and_no_case_is_opened():
    desk = walk(consented(), *ABOUT[:2])

    desk.say("I have chest pain")

    assert alerts(desk) == [(Level.RED, False)]


def test_an_alert_stands_before_the_task_that_keeps_it_from_being_raised_twice():
    desk = treated()

    desk.say("I have chest pain")

    kinds = [type(one) for one in desk.of(RaiseAlert | OpenTask)]
    assert kinds[kinds.index(RaiseAlert) + 1] is OpenTask


@pytest.mark.parametrize(("mode", "listed"), [("list", 1), ("off", 0)])
def test_where_flags_are_off_no_rule_is_listed_and_staff_are_called_all_the_same(mode, listed):
    desk = started(submitted())
    desk.case = replace(
        desk.case, clinic=replace(desk.case.clinic, texts={**desk.case.clinic.texts, "flag_mode": mode})
    )

    said = desk.tap("Chest pain")

    assert "Please get help now" in said[0].text
    assert [level for level, _ in alerts(desk)] == [Level.RED]
    assert len([flag for flag in desk.of(RaiseFlag) if flag.level is Level.RED]) == listed
