"""A sign of danger that is tapped when its check-in has closed: seen, and no answer."""

from dataclasses import replace

import pytest

from handlers.core.changes import Level, OpenTask, PutAnswer, RaiseAlert, RaiseFlag
from handlers.core.values import Purpose
from tests.handlers.desk import Desk
from tests.handlers.test_danger_signs import on_whatsapp, started
from tests.handlers.test_programme import submitted
from tests.handlers.test_talking import comes

CLOSED = "This check-in is closed"


def ended(desk: Desk) -> Desk:
    """Let the window of the check-in go by, and forget what was said until then."""
    desk.clock.time = desk.step("M1").window_end
    desk.tick("M1")
    desk.log.clear()
    return desk


def tasks(desk: Desk) -> list[str]:
    return [task.kind for task in desk.of(OpenTask)]


def test_a_danger_sign_after_the_end_of_its_check_in_shows_its_card_and_opens_a_task():
    desk = ended(started(submitted()))

    said = desk.tap("Chest pain")

    assert "Please get help now" in said[0].text
    assert CLOSED in said[1].text
    assert (tasks(desk), [alert.level for alert in desk.of(RaiseAlert)]) == (["late-sign"], [Level.RED])


def test_a_danger_sign_that_came_too_late_is_stored_as_no_answer_and_no_flag():
    desk = ended(started(submitted()))

    desk.tap("Chest pain")

    assert desk.of(PutAnswer) == desk.of(RaiseFlag) == []


@pytest.mark.parametrize("label", ["None of these", "Done"])
def test_what_is_no_sign_of_danger_is_only_told_that_the_check_in_is_closed(label):
    desk = ended(started(submitted()))

    said = desk.tap(label)

    assert CLOSED in said[0].text
    assert tasks(desk) == []


def test_one_of_these_that_comes_too_late_shows_the_card():
    said = ended(on_whatsapp()).tap("Yes, one of these")

    assert "Please get help now" in said[0].text


def test_a_tick_that_is_taken_back_too_late_shows_no_card():
    desk = started(submitted())
    desk.tap("Chest pain")

    assert CLOSED in ended(desk).tap("Chest pain")[0].text


def test_after_a_withdrawn_consent_it_is_the_emergency_text_and_a_task():
    desk = ended(started(submitted()))
    patient = desk.case.patient
    purposes = patient.purposes - {Purpose.HEALTH}
    desk.case = replace(desk.case, patient=replace(patient, purposes=purposes))

    said = desk.tap("Chest pain")

    assert said[0].text.startswith("In an emergency")
    assert (tasks(desk), desk.of(PutAnswer), desk.of(RaiseFlag)) == (["late-sign"], [], [])


def test_a_danger_sign_tapped_while_a_person_is_here_is_seen_and_answers_nothing():
    desk = started(submitted())
    comes(desk)
    desk.log.clear()

    said = desk.tap("Chest pain")

    assert "Please get help now" in said[0].text
    assert (tasks(desk), desk.of(PutAnswer)) == (["late-sign"], [])
