"""The treatment date, the plan, and the check-ins of months 1, 3 and 6."""

from collections import Counter
from datetime import datetime

import pytest

from tests.journeys.story import DUE, OPENING, STEPS

ASKED = {"M1": "check-in-month-1", "M3": "check-in-month-3", "M6": "check-in-month-6"}


SOON = 600
"""Seconds in which a check-in that is due has left."""


def openings(told):
    """Return the invitations to a check-in that the patient saw."""
    return [message for message in told.person.heard if OPENING in message.text and message.button("Start")]


def test_the_plan_is_shown_before_it_is_saved(told):
    assert "This would plan 3 check-ins" in told.preview.text("date-form")
    assert told.rows("follow_ups", "sent") == []


def test_the_plan_counts_calendar_months_in_the_patients_zone(told):
    due = {row["step"]: datetime.fromisoformat(row["due_at"]) for row in told.rows("follow_ups")}

    assert due == DUE


def test_the_plan_stands_in_the_console_with_the_patients_local_time(told):
    plan = told.page("M1").text("plan")

    assert "30 Apr 2026" in plan
    assert "Berlin" in plan


def test_each_check_in_is_offered_exactly_once(told):
    assert len(openings(told)) == len(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_each_opening_is_one_message_in_the_outbox_that_was_taken_once(told, step):
    outbox_id = told.follow_up(step)["outbox_id"]

    taken = [line for line in told.all.ledger if line["outbox"] == outbox_id]

    assert told.send(outbox_id)["attempts"] == 1
    assert len(taken) == (0 if told.channel == "web" else 1)


@pytest.mark.parametrize("step", STEPS)
def test_no_opening_leaves_before_it_is_due(told, step):
    due, outbox_id = DUE[step].timestamp(), told.follow_up(step)["outbox_id"]

    sent = [line["t"] for line in told.all.ledger if line["outbox"] == outbox_id]

    assert all(due <= moment < due + SOON for moment in sent)


@pytest.mark.parametrize("step", STEPS)
def test_every_answer_of_a_check_in_is_stored_exactly_once(told, step):
    counts = Counter(link_id for link_id, _ in told.answers(ASKED[step]))

    assert "f.walk" in counts
    assert max(counts.values()) == 1


@pytest.mark.parametrize("step", STEPS)
def test_an_answered_check_in_is_completed(told, step):
    assert told.follow_up(step)["state"] == "completed"


@pytest.mark.parametrize("step", STEPS)
def test_the_answers_of_a_check_in_stand_in_the_console(told, step):
    check_ins = told.page(step).text("check-ins")

    assert f"Month {step[1]}" in check_ins
    assert "Trouble walking" in check_ins


def test_the_trend_grows_with_every_month(told):
    dots = [told.page(step).html.count('class="dot"') for step in STEPS]

    assert 0 < dots[0] < dots[1] < dots[2]


def test_every_message_left_once_and_its_state_is_known(told):
    sends = [row for row in told.all.exports["M6"]["sends"] if row["channel"] == told.channel]

    assert {row["state"] for row in sends} <= {"sent", "delivered", "read"}
    assert len({row["outbox_id"] for row in sends}) == len(sends)


def test_no_message_was_shown_twice_without_a_recorded_reason(told):
    reasons = {row["outbox_id"] for row in told.all.exports["M6"]["sends"] if row["ambiguous"]}
    counts = Counter(line["outbox"] for line in told.all.ledger if line["method"] != "answerCallbackQuery")

    assert {outbox for outbox, count in counts.items() if count > 1} <= reasons


def test_a_page_that_nobody_has_open_becomes_a_persons_task(told):
    assert ("waits-on-page" in told.tasks()) == (told.channel == "web")


def test_the_product_stops_when_it_is_asked_to(told):
    assert set(told.all.exits) == {0}
