import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers import check_in, receipts
from handlers.core.case import FollowUpState, Reach, ResponseStatus
from handlers.core.changes import CancelQueued, CloseTask, OpenTask, Queue, RaiseFlag, SetReach
from handlers.core.events import ContactStopped
from handlers.core.messages import Body
from handlers.core.protocol import Busy, Offset, Rung, RungAction
from handlers.decision import Decision
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import submitted

NONE = "None of these"


def treated() -> Desk:
    """Return a desk whose patient, in Berlin, had an infusion on 31 March 2026."""
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    return desk


def opened() -> Desk:
    desk = treated()
    desk.tick("M1")
    return desk


def tick_as(desk: Desk, name: str, **fields: Any) -> list[Body]:
    """Look at a check-in when its moment comes, under a protocol whose step is changed like this."""
    follow_up = desk.step(name)
    desk.clock.time = max(desk.clock.time, follow_up.next_at)
    world = desk.around.world(CLINIC)
    steps = tuple(replace(step, **fields) if step.id == name else step for step in world.protocol.steps)
    world = replace(world, protocol=replace(world.protocol, steps=steps))
    decision = Decision(desk.case, world, cause=f"tick{len(desk.log)}")
    check_in.due(decision, follow_up, 1)
    return desk.apply(desk.case, decision.finish())


def busy() -> Desk:
    """Return a desk whose patient is in the middle of another questionnaire when M1 falls due."""
    desk = treated()
    response = replace(desk.case.responses[0], status=ResponseStatus.IN_PROGRESS)
    contact = replace(desk.case.contact, last_heard_at=desk.step("M1").due_at)
    desk.case = replace(desk.case, responses=(response,), contact=contact)
    return desk


def lost() -> Desk:
    """Return a desk with a check-in whose opening may never have arrived."""
    desk = opened()
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="lost")
    receipts.lost(decision, desk.step("M1").outbox, desk.step("M1").id)
    desk.apply(desk.case, decision.finish())
    return desk


def test_the_month_counts_from_the_calendar_and_is_clamped_at_its_end():
    desk = treated()

    assert [desk.step(step).local[:16] for step in ("M1", "M3", "M6")] == [
        "2026-04-30T10:00",
        "2026-06-30T10:00",
        "2026-09-30T10:00",
    ]


def test_a_due_check_in_is_opened_once_with_start_later_and_stop():
    desk = treated()

    [body] = desk.tick("M1")
    [row] = [q for q in desk.of(Queue) if q.opening]

    assert [b.label for b in body.choices] == ["Start", "Later", "Stop messages"]
    assert row.dedupe_key == f"follow-up:{desk.step('M1').id}:opening"
    assert row.expires_at == desk.step("M1").window_end


def test_the_safety_card_comes_before_the_first_question():
    desk = opened()

    said = desk.tap("Start")

    assert "Safety first" in said[0].text
    assert "NOW" in said[-1].text


def test_a_check_in_is_answered_by_taps_to_its_end():
    desk = opened()
    desk.tap("Start")
    for _ in range(60):
        if desk.step("M1").state is FollowUpState.COMPLETED:
            break
        body = desk.heard[-1]
        labels = [b.label for b in body.choices]
        desk.tap(NONE if NONE in labels else labels[0] if labels else "Skip")
        if any(b.label == "Done" for b in desk.heard[-1].keys) and NONE in labels:
            desk.tap("Done")

    assert desk.step("M1").state is FollowUpState.COMPLETED
    assert "saved" in desk.heard[-1].text
    assert CancelQueued(None, "answered", follow_up=desk.step("M1").id) in desk.of(CancelQueued)


def test_a_red_answer_shows_the_fixed_card_at_once_and_opens_a_task():
    desk = opened()
    desk.tap("Start")

    desk.tap("Chest pain")
    said = desk.tap("Done")

    assert "Please get help now" in said[0].text
    assert desk.of(RaiseFlag)[-1].level.value == "RED"
    assert "flag-red" in [task.kind for task in desk.of(OpenTask)]


def test_the_red_card_says_the_day_of_the_treatment_in_words():
    desk = opened()
    desk.tap("Start")

    desk.tap("Chest pain")
    said = desk.tap("Done")

    text = re.sub("[\u2068\u2069]", "", said[0].text)
    assert "I had a cell treatment on 31 March 2026." in text


def test_silence_is_met_with_reminders_and_then_with_a_person():
    desk = opened()

    first, second = desk.tick("M1"), desk.tick("M1")
    assert desk.tick("M1") == []  # nobody else is there to be asked
    desk.tick("M1")

    assert "still open" in first[0].text
    assert "still open" in second[0].text
    assert desk.step("M1").state is FollowUpState.MISSED
    assert [task.kind for task in desk.of(OpenTask)][-1] == "missed"


@pytest.mark.parametrize(
    ("rule", "state", "messages"),
    [
        (Busy.WAIT, FollowUpState.SCHEDULED, 0),
        (Busy.SKIP, FollowUpState.CANCELLED, 0),
        (Busy.INTERRUPT, FollowUpState.IN_PROGRESS, 1),
    ],
)
def test_a_step_says_what_happens_when_the_patient_is_busy(rule: Busy, state: FollowUpState, messages: int):
    desk = busy()

    said = tick_as(desk, "M1", busy=rule)

    assert (desk.step("M1").state, len(said)) == (state, messages)


def test_a_ladder_may_give_up_before_the_window_ends():
    desk = opened()
    rung = Rung(Offset(days=1), RungAction.GIVE_UP)

    said = tick_as(desk, "M1", ladder=(rung,))

    assert (said, desk.step("M1").state) == ([], FollowUpState.MISSED)
    assert [task.kind for task in desk.of(OpenTask)][-1] == "missed"


def test_later_puts_the_next_reminder_off():
    desk = opened()
    before = desk.step("M1").next_at

    desk.tap("Later")

    assert desk.step("M1").next_at != before
    assert desk.step("M1").next_at >= desk.clock.time + timedelta(hours=2)


def test_stop_in_an_opening_holds_every_planned_check_in():
    desk = opened()

    desk.tap("Stop messages")

    assert {f.state for f in desk.check_ins()} == {FollowUpState.HELD}


def test_a_check_in_without_consent_to_messages_is_held_where_staff_see_it():
    desk = treated()
    desk.say("stop")

    said = desk.tick("M1")

    assert said == []
    assert desk.step("M1").state is FollowUpState.MISSED


def test_a_blocked_patient_gets_no_opening():
    desk = treated()
    desk.take(ContactStopped("blocked"))

    said = desk.tick("M1")

    assert said == []
    assert desk.of(SetReach)[-1].reach is Reach.BLOCKED
    assert desk.step("M1").state is FollowUpState.HELD


def test_a_check_in_found_after_its_window_is_missed_and_never_sent_late():
    desk = treated()
    desk.clock.time = desk.step("M1").window_end + timedelta(days=1)

    said = desk.tick("M1")

    assert said == []
    assert desk.step("M1").state is FollowUpState.MISSED
    assert "missed" in [task.kind for task in desk.of(OpenTask)]


def test_an_old_start_button_explains_itself_kindly():
    desk = opened()
    desk.clock.time = desk.step("M1").window_end
    desk.tick("M1")
    desk.case = desk.without_finished()

    said = desk.tap("Start")

    assert "closed" in said[0].text


def test_an_answer_tapped_after_a_check_ins_window_is_told_that_it_is_closed():
    desk = opened()
    desk.tap("Start")
    late = desk.heard[-1].keys[0].label
    desk.clock.time = desk.step("M1").window_end
    desk.tick("M1")

    said = desk.tap(late)

    assert "This check-in is closed" in said[0].text


def test_an_opening_that_may_not_have_arrived_is_a_persons_task_and_is_not_sent_again():
    desk = lost()

    said = desk.tick("M1")

    assert said == []
    assert "unknown-send" in [task.kind for task in desk.of(OpenTask)]
    assert desk.step("M1").state is FollowUpState.MISSED


def test_a_check_in_whose_opening_we_held_for_lost_is_in_progress_once_it_is_started():
    desk = lost()

    desk.tap("Start")

    assert desk.step("M1").state is FollowUpState.IN_PROGRESS
    assert f"unknown:{desk.step('M1').id}" in [task.key for task in desk.of(CloseTask)]


def test_a_check_in_that_we_held_for_lost_gets_only_those_reminders_that_are_still_to_come():
    desk = lost()
    desk.clock.time = desk.step("M1").opened_at + timedelta(days=2)

    desk.tap("Start")

    assert desk.step("M1").next_at > desk.clock.time
    assert "still open" in desk.tick("M1")[0].text
    assert desk.tick("M1") == []  # nobody else is there to be asked
    assert desk.step("M1").next_at == desk.step("M1").window_end
