"""The way to somebody opens again: the decision that opens it brings what was held, before its own words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.case import FollowUpState, Reach
from handlers.core.changes import CloseTask, FreeHeld, Queue
from handlers.core.events import Receipt, Started
from handlers.core.held import Way, marks
from handlers.core.pending import Doubt
from handlers.core.talk import Person, Talk
from handlers.core.values import ChannelKind, ContactPoint
from handlers.held_sends import brought, way_to
from handlers.inbound import joined
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import submitted
from tests.handlers.test_unsigned import EN, due, in_production

A_DAY = timedelta(days=1)


@pytest.fixture
def desk():
    """Somebody on WhatsApp in the middle of their intake."""
    desk = Desk(ChannelKind.WHATSAPP)
    desk.start("en")
    return desk


def later(desk, wait=2 * A_DAY):
    desk.clock.time += wait
    desk.log.clear()
    return desk


def doubted(contact, now):
    return replace(contact, dialogue=replace(contact.dialogue, doubt=Doubt(now)))


def spoken_with(now):
    return Talk(Person("staff", "Aoi", now), now + A_DAY)


def test_whoever_writes_after_the_window_had_closed_is_brought_what_was_held_first(desk):
    later(desk).say("hello")

    [freed] = desk.of(FreeHeld)
    said = [queued.body for queued in desk.of(Queue)]
    assert (freed.contact, freed.way.words) == (desk.case.contact.id, True)
    assert freed.said == {mark for body in said for mark in marks(body)}
    assert desk.log.index(freed) < min(map(desk.log.index, desk.of(Queue)))


def test_while_the_window_is_open_nothing_is_looked_at(desk):
    later(desk, timedelta(hours=1)).say("hello")

    assert desk.of(FreeHeld) == []


def test_on_another_channel_nothing_is_ever_held():
    desk = Desk()
    desk.start("en")

    later(desk).say("hello")

    assert desk.of(FreeHeld) == []


def test_a_receipt_opens_no_way(desk):
    later(desk).take(Receipt("wamid.1", "delivered"))

    assert desk.of(FreeHeld) == []


@pytest.mark.parametrize(
    ("contact", "patient", "way"),
    [
        ({}, {}, Way(words=True, templates=True)),
        ({"window_closes_at": None}, {}, Way(templates=True)),
        ({"reach": Reach.BLOCKED}, {}, Way()),
        ({"doubt": True}, {}, Way()),
        ({}, {"talk": True}, Way(words=True, templates=True, staff_only=True)),
    ],
)
def test_what_may_leave_for_whom(desk, contact, patient, way):
    now, case = desk.clock.now(), desk.case
    there = doubted(case.contact, now) if "doubt" in contact else replace(case.contact, **contact)
    whose = replace(case.patient, talk=spoken_with(now)) if "talk" in patient else case.patient

    assert way_to(replace(case, patient=whose), there, desk.around.world(CLINIC)) == way


@pytest.mark.parametrize("ended", ["doubt", "talk"])
def test_who_is_known_again_or_handed_back_is_brought_what_was_held(desk, ended):
    now, case, world = desk.clock.now(), desk.case, desk.around.world(CLINIC)
    shut = {
        "doubt": replace(case, contact=doubted(case.contact, now)),
        "talk": replace(case, patient=replace(case.patient, talk=spoken_with(now))),
    }[ended]

    [freed] = brought(shut, case, world, [])

    assert freed == FreeHeld(case.contact.id, now, Way(words=True, templates=True), zone="Asia/Tokyo")
    assert brought(case, case, world, []) == ()


def test_to_whom_no_doctor_has_signed_nothing_leaves(desk):
    in_production(desk)

    assert way_to(desk.case, desk.case.contact, desk.around.world(CLINIC)).is_shut


def test_a_held_check_in_that_is_opened_after_all_is_no_work_for_a_person_any_more():
    desk = in_production(submitted())
    held = due(desk)

    in_production(desk, EN).tick("M1")

    assert f"held:{held.id}" in [task.key for task in desk.of(CloseTask)]


def test_who_chooses_a_language_that_is_signed_is_asked_what_was_held_unsigned():
    desk = submitted()
    desk.say("language")
    desk.tap("日本語")
    due(in_production(desk, EN))

    desk.say("言語")
    desk.tap("English")

    assert desk.step("M1").state is FollowUpState.SCHEDULED


def test_who_comes_in_at_a_new_place_is_asked_what_could_not_be_brought_to_the_old_one():
    desk = submitted()
    desk.case = replace(desk.case, contact=replace(desk.case.contact, reach=Reach.BLOCKED))
    assert due(desk).reason == "unreachable"

    desk.case = joined(desk.case, ContactPoint(ChannelKind.TELEGRAM, "main", "1"), desk.around.world(CLINIC))
    desk.take(Started("code"))
    desk.tap("Yes, go on here")

    assert desk.step("M1").state is FollowUpState.SCHEDULED
