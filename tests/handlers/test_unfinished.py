"""An unfinished intake is remembered gently: 1, 3 and 10 days after the last word, then a person looks."""

from datetime import datetime, timedelta

import pytest

from handlers import unfinished
from handlers.core.case import FollowUp, FollowUpState, Reach, Stage
from handlers.core.changes import CloseTask, OpenTask, PlanFollowUps, Queue, SaveFollowUp
from handlers.core.frozen import replace
from handlers.core.messages import Body
from handlers.core.protocol import UNFINISHED
from handlers.core.values import Purpose
from handlers.decision import Decision
from tests.handlers.desk import CLINIC, NOON
from tests.handlers.parts import PartsDesk

DAY = timedelta(days=1)
SAID = "Some questions are still open"


def stopped_midway() -> PartsDesk:
    """Return a desk whose patient, in Berlin, has agreed to messages and then fallen silent."""
    desk = PartsDesk()
    desk.start()
    desk.case = replace(desk.case, patient=replace(desk.case.patient, zone="Europe/Berlin"))
    return desk.walk("Yes", "Yes", "Yes")


def ladder(desk: PartsDesk) -> FollowUp:
    return next(f for f in reversed(desk.case.follow_ups) if f.step == UNFINISHED)


def tick(desk: PartsDesk, at: datetime | None = None) -> list[Body]:
    """Look at the ladder when its time has come, or at `at`."""
    desk.clock.time = at or max(desk.clock.time, ladder(desk).next_at)
    desk.case = desk.without_finished()
    decision = Decision(desk.case, desk.around.world(CLINIC), cause=f"tick{len(desk.log)}")
    unfinished.due(decision, ladder(desk), 1)
    return desk.apply(desk.case, decision.finish())


def reminders(desk: PartsDesk) -> list[Queue]:
    return [queued for queued in desk.of(Queue) if SAID in queued.body.text]


def days_after(desk: PartsDesk, moment: datetime) -> int:
    return round((ladder(desk).next_at - moment) / DAY)


def to_the_end(desk: PartsDesk) -> list[int]:
    """Climb the whole ladder; return after how many days each rung came."""
    said, days = desk.clock.time, []
    while ladder(desk).next_at is not None:
        days.append(days_after(desk, said))
        tick(desk)
    return days


def without_permission(*answers: str) -> PartsDesk:
    """Return a desk whose patient has not agreed to messages, or not yet."""
    desk = PartsDesk()
    desk.start()
    return desk.walk("Yes", "Yes", *answers)


@pytest.mark.parametrize("answers", [(), ("No",)], ids=["not asked yet", "said no"])
def test_without_permission_nobody_is_reminded_and_a_person_looks_in_the_end(answers):
    desk = without_permission(*answers)

    assert set(to_the_end(desk)) == {14}
    assert reminders(desk) == []
    assert [task.kind for task in desk.of(OpenTask)][-1] == "intake-unfinished"
    assert ladder(desk).state is FollowUpState.MISSED


def test_without_permission_an_answer_writes_nothing_about_it_and_counts_all_the_same():
    desk = without_permission("No")
    planned = ladder(desk)
    desk.clock.time += 5 * DAY
    desk.say("Yes")
    said = desk.clock.time

    assert ladder(desk) == planned
    tick(desk)
    assert days_after(desk, said) == 14


def test_of_who_only_said_hello_no_person_is_told():
    desk = PartsDesk()
    desk.start()

    assert desk.of(PlanFollowUps) == []


def test_a_permission_that_is_given_later_brings_the_reminders():
    desk = without_permission()
    desk.walk("Yes")

    assert to_the_end(desk) == [1, 3, 10, 14]


def test_answers_after_that_write_nothing_more_about_it():
    desk = stopped_midway()
    planned = ladder(desk)
    before = len(desk.log)
    desk.walk("Yes", "Long")

    assert not [one for one in desk.log[before:] if isinstance(one, PlanFollowUps | SaveFollowUp)]
    assert ladder(desk) == planned


def test_the_rungs_come_1_3_10_and_14_days_after_the_last_word():
    assert to_the_end(stopped_midway()) == [1, 3, 10, 14]


def test_after_three_reminders_a_person_is_asked_to_look_once():
    desk = stopped_midway()

    to_the_end(desk)

    assert len(reminders(desk)) == 3
    assert [task.kind for task in desk.of(OpenTask)] == ["intake-unfinished"]
    assert ladder(desk).state is FollowUpState.MISSED


def test_a_reminder_leads_back_to_the_open_question_with_one_tap():
    desk = stopped_midway()
    tick(desk)

    desk.tap("Go on with questions")

    assert desk.heard[-1].text.endswith("ill?")


def test_it_counts_from_the_last_word_and_not_from_the_first():
    desk = stopped_midway()
    desk.clock.time += timedelta(hours=20)
    desk.say("Yes")
    said = desk.clock.time

    spoken = tick(desk, at=ladder(desk).next_at + timedelta(hours=1))

    assert spoken == []
    assert days_after(desk, said) == 1


def test_an_answer_after_a_reminder_begins_the_ladder_anew():
    desk = stopped_midway()
    tick(desk)
    before = ladder(desk).nudges

    desk.say("Yes")

    assert (before, ladder(desk).nudges) == (1, 0)
    assert days_after(desk, desk.clock.time) == 1


def test_who_comes_back_when_a_person_was_asked_to_look_takes_the_task_away_and_is_reminded_again():
    desk = stopped_midway()
    to_the_end(desk)
    desk.case = desk.without_finished()

    desk.say("Yes")

    assert CloseTask(f"intake-unfinished:{desk.case.patient.id}", desk.clock.time, "patient") in desk.log
    assert ladder(desk).state is FollowUpState.SCHEDULED


def test_each_reminder_has_a_key_of_its_own_and_quiet_hours():
    desk = stopped_midway()
    to_the_end(desk)

    keys = {queued.dedupe_key for queued in reminders(desk)}

    assert len(keys) == 3
    assert {queued.quiet_zone for queued in reminders(desk)} == {"Europe/Berlin"}


def test_a_reminder_that_falls_into_quiet_hours_waits_for_the_morning():
    desk = stopped_midway()

    said = tick(desk, at=datetime.fromisoformat("2026-03-04T23:30:00+01:00"))

    assert said == []
    assert ladder(desk).next_at == datetime.fromisoformat("2026-03-05T09:00:00+01:00")


def test_who_has_told_a_best_hour_is_reminded_then():
    desk = stopped_midway()
    desk.case = replace(desk.case, patient=replace(desk.case.patient, at_time="15:00"))
    desk.say("menu")

    tick(desk)

    assert ladder(desk).next_at == datetime.fromisoformat("2026-03-03T15:00:00+01:00")


def test_stop_ends_the_reminders_at_once():
    desk = stopped_midway()

    desk.say("stop")

    assert ladder(desk).state is FollowUpState.HELD
    assert to_the_end(desk)
    assert reminders(desk) == []
    assert [task.kind for task in desk.of(OpenTask)] == ["stopped", "intake-unfinished"]


def test_who_takes_stop_back_is_reminded_again():
    desk = stopped_midway()
    desk.say("stop")

    desk.tap("Send them again")
    said = desk.clock.time
    tick(desk)

    assert ladder(desk).state is FollowUpState.SCHEDULED
    assert days_after(desk, said) == 1


def test_a_finished_intake_is_not_reminded_of():
    desk = PartsDesk().sent().walk("Now", "Yes", "No", "Now", "No", "Yes", "Any")

    assert ladder(desk).state is FollowUpState.COMPLETED


def test_a_part_that_is_offered_and_not_begun_is_reminded_of():
    desk = PartsDesk().sent()
    desk.case = replace(desk.case, patient=replace(desk.case.patient, zone="Europe/Berlin"))
    tick(desk)

    [said] = tick(desk, at=datetime.fromisoformat("2026-03-04T10:00:00+01:00"))

    assert SAID in said.text


@pytest.mark.parametrize("stage", [Stage.TREATMENT, Stage.CLOSED, Stage.REFUSED])
def test_once_there_is_nothing_more_to_ask_the_ladder_ends(stage):
    desk = PartsDesk().sent()
    desk.case = replace(desk.case, patient=replace(desk.case.patient, stage=stage))

    said = tick(desk)

    assert said == []
    assert ladder(desk).state is FollowUpState.CANCELLED


def test_a_withdrawn_consent_ends_it():
    desk = PartsDesk().sent()
    desk.case = replace(desk.case, patient=replace(desk.case.patient, purposes=frozenset[Purpose]()))

    assert tick(desk) == []


def test_who_cannot_be_reached_is_not_written_to_but_a_person_looks_in_the_end():
    desk = stopped_midway()
    desk.case = replace(desk.case, contact=replace(desk.case.contact, reach=Reach.BLOCKED))

    to_the_end(desk)

    assert reminders(desk) == []
    assert [task.kind for task in desk.of(OpenTask)] == ["intake-unfinished"]


def test_after_a_long_stop_of_ours_one_reminder_is_enough():
    desk = stopped_midway()

    tick(desk, at=NOON + 11 * DAY)
    while ladder(desk).next_at <= desk.clock.time:
        tick(desk, at=desk.clock.time)

    assert len(reminders(desk)) == 1
