"""What the services tell us about our messages: how far they got, and what a failure means."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import inbound
from handlers.core.case import FollowUpState, Reach
from handlers.core.changes import AddPatient, CancelQueued, CloseTask, MoveSend, OpenTask
from handlers.core.events import Delivery, Event, Receipt, Said, Setback
from handlers.ports import InboxRow
from handlers.receipts import ACCOUNT_WAIT, SOON
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, consented, walk
from tests.handlers.test_check_in import lost


def failed(setback=Setback.NONE, code="131051"):
    return Receipt("wamid.1", Delivery.FAILED, "o-1", code, setback)


def at_home():
    return walk(consented(), *ABOUT)


def tell(desk, told, at):
    """Let the service tell now what it dates at `at`."""
    row = InboxRow("late", CLINIC.id, desk.channel, "main", "here", b"", desk.clock.time, 1, 1)
    desk.apply(desk.case, inbound.decide(Event("m", at, told), desk.case, desk.around.world(CLINIC), row))


def test_a_failed_delivery_is_a_task_for_a_person():
    desk = at_home()

    desk.take(failed())

    assert desk.of(OpenTask)[-1].kind == "undelivered"
    assert desk.case.contact.reach is Reach.ACTIVE


def test_a_failed_delivery_to_somebody_who_is_gone_stops_everything_to_that_address():
    desk = at_home()

    desk.take(failed(Setback.GONE, "131026"))

    assert desk.case.contact.reach is Reach.BLOCKED
    assert [change.reason for change in desk.of(CancelQueued)] == ["131026"]
    assert desk.of(OpenTask)[-1].kind == "unreachable"


@pytest.mark.parametrize(
    ("setback", "days"), [(Setback.NOT_TODAY, 1), (Setback.WINDOW_CLOSED, 0), (Setback.GONE, None)]
)
def test_a_failed_delivery_is_tried_again_when_that_may_help(setback, days):
    desk = at_home()

    desk.take(failed(setback))

    again_at = desk.of(MoveSend)[-1].again_at
    assert again_at == (None if days is None else desk.clock.now() + timedelta(days=days))


@pytest.mark.parametrize(
    ("setback", "kind", "held", "wait"),
    [
        (Setback.TEMPLATE, "template-refused", True, None),
        (Setback.ACCOUNT, "account-refused", False, ACCOUNT_WAIT),
        (Setback.PASSING, "undelivered", False, SOON),
    ],
)
def test_a_failure_that_is_no_fault_of_the_message_does_not_end_it(setback, kind, held, wait):
    desk = at_home()

    desk.take(failed(setback))

    moved = desk.of(MoveSend)[-1]
    assert (desk.of(OpenTask)[-1].kind, moved.held) == (kind, held)
    assert moved.again_at == (wait and desk.clock.now() + wait)


def test_a_fault_of_the_account_is_one_task_however_many_messages_fail_by_it():
    desk = at_home()

    for number in range(3):
        desk.take(replace(failed(Setback.ACCOUNT, "131042"), outbox_id=f"o-{number}"))

    assert {task.key for task in desk.of(OpenTask) if task.kind == "account-refused"} == {
        "account-refused:web:131042"
    }
    assert [move.freely for move in desk.of(MoveSend)] == [True] * 3


def test_a_window_that_the_service_calls_closed_is_closed():
    desk = at_home()

    desk.take(failed(Setback.WINDOW_CLOSED, "131047"))

    assert desk.case.contact.window_closes_at == desk.clock.now()


@pytest.mark.parametrize(("seconds", "is_closed"), [(-3600, False), (0, False), (1, True)])
def test_a_window_is_not_closed_by_a_status_that_is_older_than_the_last_word(seconds, is_closed):
    desk = at_home()
    desk.say("hello")
    opened, closes = desk.clock.time, desk.case.contact.window_closes_at
    desk.clock.time += timedelta(hours=2)

    tell(desk, failed(Setback.WINDOW_CLOSED, "131047"), opened + timedelta(seconds=seconds))

    assert desk.case.contact.window_closes_at == (desk.clock.time if is_closed else closes)


def test_a_check_in_whose_opening_arrived_after_all_is_in_progress_again():
    desk = lost()
    opening = desk.step("M1").outbox

    desk.take(Receipt("wamid.1", Delivery.DELIVERED, opening))

    assert desk.step("M1").state is FollowUpState.IN_PROGRESS
    assert desk.of(CloseTask)[-1].key == f"unknown:{desk.step('M1').id}"


def test_a_failed_delivery_at_an_address_that_nobody_knows_makes_nobody_a_patient():
    desk = Desk()

    said = desk.take(failed(Setback.GONE))

    assert (said, desk.of(OpenTask), desk.of(AddPatient)) == ([], [], [])


def test_an_older_message_that_comes_late_closes_the_window_no_sooner():
    desk = at_home()
    closes = desk.case.contact.window_closes_at

    tell(desk, Said("hello"), desk.clock.time - timedelta(days=2))

    assert desk.case.contact.window_closes_at == closes
