"""One patient, two chats: check-ins go to the preferred one, to the other when that fails, never to both."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import places
from handlers.core.case import Contact, FollowUpState, Reach
from handlers.core.changes import CancelQueued, Queue
from handlers.core.events import ContactStopped, Delivery, Receipt, Setback
from handlers.core.values import AnsweredBy, ChannelKind, ContactId, ContactPoint
from handlers.decision import Decision
from tests.handlers.desk import CLINIC
from tests.handlers.test_check_in import opened, treated

OTHER = Contact(ContactId("other"), ContactPoint(ChannelKind.TELEGRAM, "main", "4711"), preferred=False)


def beside(desk, **fields):
    """Give the patient a second place."""
    desk.case = replace(desk.case, others=(replace(OTHER, **fields),))
    return desk


def failed(desk, setback=Setback.NONE):
    desk.take(Receipt("wamid.1", Delivery.FAILED, desk.step("M1").outbox, "131053", setback))
    return desk


def as_best(desk):
    """Show the case as storage would read it: at the contact that reaches the patient best."""
    people = (desk.case.contact, *desk.case.others)
    best = max(people, key=lambda one: (one.reach is Reach.ACTIVE, one.preferred))
    others = tuple(one for one in people if one is not best)
    desk.case = replace(desk.case, contact=best, others=others)
    return desk


def went_to(desk):
    return [str(change.contact) for change in desk.of(Queue) if change.follow_up == desk.step("M1").id]


@pytest.mark.parametrize("setback", [Setback.NONE, Setback.GONE])
def test_a_check_in_that_could_not_be_delivered_is_opened_at_the_other_place(setback):
    desk = failed(beside(opened()), setback)
    here = went_to(desk)[0]

    as_best(desk).tick("M1")

    assert went_to(desk) == [here, "other"]
    assert desk.step("M1").state is FollowUpState.IN_PROGRESS


def test_somebody_who_blocks_us_is_written_to_at_their_other_place():
    desk = beside(opened())

    desk.take(ContactStopped("blocked"))
    as_best(desk).tick("M1")

    assert went_to(desk)[-1] == "other"


def test_what_waits_at_the_place_that_failed_is_called_off():
    desk = failed(beside(opened()))

    [called_off] = desk.of(CancelQueued)
    assert (called_off.contact, called_off.follow_up) == (desk.case.contact.id, desk.step("M1").id)


def test_reminders_go_where_it_was_opened_anew():
    desk = as_best(failed(beside(opened())))
    desk.tick("M1")

    desk.tick("M1")

    assert went_to(desk)[-2:] == ["other", "other"]


@pytest.mark.parametrize("setback", [Setback.NOT_TODAY, Setback.PASSING, Setback.WINDOW_CLOSED])
def test_what_is_tried_again_is_not_sent_elsewhere_too(setback):
    desk = failed(beside(opened()), setback)

    assert desk.step("M1").state is FollowUpState.IN_PROGRESS
    assert not desk.step("M1").reason.startswith(places.NOT_AT)


def test_what_fails_a_second_time_for_the_same_reason_is_opened_elsewhere():
    desk = failed(failed(beside(opened()), Setback.PASSING), Setback.PASSING)

    assert desk.step("M1").reason == f"{places.NOT_AT}{desk.case.contact.id}"


def test_what_would_be_over_before_it_is_tried_again_is_opened_elsewhere():
    desk = beside(opened())
    desk.clock.time = desk.step("M1").window_end - timedelta(hours=2)

    failed(desk, Setback.NOT_TODAY)

    assert desk.step("M1").reason == f"{places.NOT_AT}{desk.case.contact.id}"


@pytest.mark.parametrize(
    "fields", [{"reach": Reach.BLOCKED}, {"reach": Reach.ENDED}, {"by": AnsweredBy.HELPER}]
)
def test_without_another_place_of_their_own_it_stays_where_it_is(fields):
    desk = failed(beside(opened(), **fields))

    assert desk.step("M1").state is FollowUpState.IN_PROGRESS


def test_a_send_that_ended_is_opened_elsewhere_by_the_sender_too():
    desk = beside(opened())
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="undelivered")

    places.failed_at(decision, desk.case.contact.id, follow_up=desk.step("M1").id)
    desk.apply(desk.case, decision.finish())

    assert desk.step("M1").reason == f"{places.NOT_AT}{desk.case.contact.id}"


def test_a_patient_chooses_where_check_ins_go():
    desk = beside(treated())

    desk.say("Where to write")
    desk.tap("Telegram")

    assert (desk.case.contact.preferred, desk.case.others[0].preferred) == (False, True)
    assert desk.heard[-1].text == "From now on we write to you first here: Telegram."


def test_with_one_place_the_way_to_another_is_shown():
    desk = treated()

    desk.say("Where to write")

    assert desk.heard[-1].text.startswith("We write to you in this chat.")
    assert [key.label for key in desk.heard[-1].keys] == ["Continue elsewhere"]
