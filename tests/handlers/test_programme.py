"""The programme around the check-ins: news, what stands first, what staff stop, pause, send or leave out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import programme
from handlers.core.case import Contact, FollowUpState, Stage
from handlers.core.changes import CancelQueued, OpenTask, Queue, SaveFollowUp
from handlers.core.course import WhySkipped, held_back
from handlers.core.events import Chose
from handlers.core.values import Answer, ChannelKind, Coding, Slot
from handlers.decision import Decision
from handlers.errors import NotFound
from handlers.programme import WhyStopped
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import submitted
from tests.handlers.two_doors import treated as by_links

NONE = "None of these"


def collected() -> Desk:
    """Return a desk whose patient, in Berlin, has a fat collection on 31 March 2026."""
    desk = submitted()
    desk.treat("2026-03-31T10:00", kind="harvest")
    return desk


def infused() -> Desk:
    desk = submitted()
    desk.treat("2026-03-31T14:00")
    return desk


def act(desk: Desk, what) -> None:
    decision = Decision(desk.case, desk.around.world(CLINIC), cause=f"staff{len(desk.log)}")
    what(decision)
    desk.apply(desk.case, decision.finish())


def due_now(desk: Desk, step: str) -> None:
    """Let this check-in's moment be now."""
    now = desk.clock.time
    changed = replace(desk.step(step), due_at=now, next_at=now, window_end=now + timedelta(days=7))
    desk.apply(desk.case, [SaveFollowUp(changed)])


def finish(desk: Desk, step: str) -> None:
    """Answer the open check-in by taps, every safety list with its last line."""
    for _ in range(40):
        if desk.step(step).state is FollowUpState.COMPLETED:
            return
        labels = [button.label for button in desk.heard[-1].choices]
        desk.tap(NONE if NONE in labels else labels[0] if labels else "Skip")
        if NONE in labels and any(key.label == "Done" for key in desk.heard[-1].keys):
            desk.tap("Done")


def people(desk: Desk) -> list[Contact]:
    return [desk.case.contact, *desk.case.others]


def openings(desk: Desk) -> list[Queue]:
    return [queued for queued in desk.of(Queue) if queued.opening]


def tasks(desk: Desk) -> list[str]:
    return [task.kind for task in desk.of(OpenTask)]


@pytest.mark.parametrize(("step", "words"), [("H-14", "31 March 2026"), ("C-w2", "Week 2")])
def test_news_is_said_once_and_asks_nothing(step, words):
    desk = collected()

    [body] = desk.tick(step)

    assert words in body.text.translate({0x2068: None, 0x2069: None})
    assert (body.choices, desk.step(step).state) == ((), FollowUpState.COMPLETED)


def test_news_is_said_again_behind_a_template():
    desk = collected()
    [body] = desk.tick("H-14")

    assert desk.take(Chose(body.template.payloads[0]))[0].text == body.text


def test_where_the_chat_carries_links_only_news_stands_on_the_page():
    desk = by_links()
    desk.treat("2026-03-31T10:00", kind="harvest")

    [body] = desk.tick("H-14")

    assert "Your fat collection is on" in body.text
    assert desk.of(Queue)[-1].contact == next(
        c.id for c in people(desk) if c.point.channel is ChannelKind.WEB
    )


def test_news_that_can_be_said_nowhere_is_told_by_a_person():
    desk = by_links()
    desk.treat("2026-03-31T10:00", kind="harvest")
    desk.case = replace(desk.case, others=())

    assert desk.tick("H-14") == []
    assert tasks(desk)[-1] == "notice-untold"


def test_a_preparation_begins_with_its_own_words():
    assert collected().tick("H-2")[0].text.startswith("2 days to go.")


def test_a_newer_safety_check_ends_the_older_one_and_a_person_sees_it():
    desk = infused()
    desk.tick("I+6h")

    desk.tick("I+24h")

    assert (desk.step("I+6h").state, tasks(desk)[-1:]) == (FollowUpState.MISSED, ["missed"])
    assert [f.step for f in desk.check_ins() if f.state is FollowUpState.IN_PROGRESS] == ["I+24h"]


def test_a_check_in_waits_while_a_safety_check_is_open():
    desk = infused()
    desk.tick("I+7d")
    before = len(openings(desk))
    due_now(desk, "M1")

    desk.tick("M1")

    assert (len(openings(desk)), desk.step("M1").state) == (before, FollowUpState.SCHEDULED)


def test_after_a_safety_check_the_interrupted_check_in_goes_on():
    desk = infused()
    desk.tick("M1")
    desk.tap("Start")
    due_now(desk, "I+7d")
    desk.tick("I+7d")
    desk.tap("Start")

    finish(desk, "I+7d")

    assert desk.step("I+7d").state is FollowUpState.COMPLETED
    assert "Start" in [button.label for button in desk.heard[-1].choices]


def test_a_sign_in_a_safety_check_shows_its_card_at_once():
    desk = infused()
    desk.tick("I+6h")
    desk.tap("Start")
    desk.tap(NONE)
    desk.tap("Done")

    desk.tap("Fever or shivering")
    said = desk.tap("Done")

    assert "Please talk to a doctor today" in said[0].text


def test_no_helper_for_the_procedure_is_a_coordinators_task():
    desk = infused()
    desk.tick("I-1")
    desk.tap("Start")
    desk.tap(NONE)
    desk.tap("Done")
    desk.tap("No")

    desk.tap("No")

    assert "asks:prep.helper" in tasks(desk)


@pytest.mark.parametrize("why", WhyStopped)
def test_stop_cancels_what_is_queued_and_planned_at_once(why):
    desk = infused()
    desk.tick("I+6h")

    act(desk, lambda decision: programme.stop(decision, why, "staff"))

    assert desk.of(CancelQueued)[-1].contact is None
    assert {f.state for f in desk.case.follow_ups} == {FollowUpState.CANCELLED}
    assert desk.case.patient.stage is Stage.CLOSED


def test_a_pause_holds_what_would_come_before_its_day_and_nothing_else():
    desk = infused()
    until = desk.step("M1").due_at + timedelta(days=1)

    act(desk, lambda decision: programme.pause(decision, until, "staff"))

    assert {f.state for f in desk.check_ins() if f.due_at > until} == {FollowUpState.SCHEDULED}
    assert (desk.step("M1").reason, desk.step("M1").next_at) == ("paused", until)


def test_what_is_paused_is_opened_after_its_day_while_its_window_is_open():
    desk = infused()
    act(desk, lambda d: programme.pause(d, desk.step("M1").due_at + timedelta(days=1), "staff"))

    desk.tick("M1")

    assert desk.step("M1").state is FollowUpState.IN_PROGRESS


def test_resume_does_not_lift_a_pause_of_the_clinics():
    desk = infused()
    act(desk, lambda d: programme.pause(d, desk.step("M1").due_at + timedelta(days=1), "staff"))

    desk.say("stop")
    desk.tap("Send them again")

    assert desk.step("M1").reason == "paused"


def test_staff_send_a_check_in_before_its_day():
    desk = infused()

    act(desk, lambda decision: programme.send(decision, desk.step("M1").id, "staff"))
    desk.tick("M1")

    assert desk.step("M1").state is FollowUpState.IN_PROGRESS


def test_staff_leave_a_check_in_out_with_a_reason():
    desk = infused()

    act(desk, lambda d: programme.skip(d, desk.step("M1").id, WhySkipped.SEEN, "staff"))

    assert (desk.step("M1").state, desk.step("M1").reason) == ("cancelled", "skipped:seen-in-person")


def test_what_has_begun_is_neither_sent_again_nor_left_out():
    desk = infused()
    desk.tick("M1")

    with pytest.raises(NotFound):
        act(desk, lambda decision: programme.send(decision, desk.step("M1").id, "staff"))


def test_a_plan_that_is_made_during_a_pause_waits_until_it_ends():
    desk = submitted()
    until = desk.clock.time + timedelta(days=90)
    act(desk, lambda decision: programme.pause(decision, until, "staff"))
    desk.treat("2026-03-31T14:00")
    planned = [held_back(one, desk.case.patient.paused_until) for one in desk.check_ins()]

    waiting = [one for one in planned if one.due_at < until]
    assert {(one.state, one.reason) for one in waiting} == {(FollowUpState.HELD, "paused")}
    assert {one.next_at for one in waiting} == {min(until, one.window_end) for one in waiting}
    assert {one.state for one in planned if one.due_at >= until} == {FollowUpState.SCHEDULED}


@pytest.mark.parametrize(("route", "asked"), [("msc_it", True), ("msc_iv", False)])
def test_after_a_spinal_injection_the_headache_is_asked_for_without_a_tick(route, asked):
    desk = infused()
    first, slot = desk.case.responses[0], Slot("int.type")
    chosen = {**first.answers, slot: Answer(slot, (Coding(route),), desk.clock.time)}
    desk.case = replace(desk.case, responses=(replace(first, answers=chosen), *desk.case.responses[1:]))
    desk.tick("I+6h")
    desk.tap("Start")

    for label in (NONE, "Done", NONE, "Done"):
        desk.tap(label)

    assert ("is it worse when you sit or stand" in desk.heard[-1].text) is asked
