"""Danger signs count from their tick, and on every channel."""

from dataclasses import replace

from handlers.core.changes import OpenTask, RaiseFlag
from handlers.core.values import ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted


def started(desk: Desk) -> Desk:
    """Return the desk with the check-in of month 1 at its first question, the danger signs."""
    desk.treat("2026-03-31T14:00")
    desk.tick("M1")
    desk.tap("Start")
    return desk


def red(desk: Desk) -> list[RaiseFlag]:
    return [flag for flag in desk.of(RaiseFlag) if flag.level.value == "RED"]


def on_whatsapp() -> Desk:
    """Return a desk on a channel that asks danger signs as yes or no first."""
    desk = submitted()
    desk.channel = ChannelKind.WHATSAPP
    point = replace(desk.case.contact.point, channel=ChannelKind.WHATSAPP)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, point=point))
    return started(desk)


def test_a_danger_sign_counts_at_its_tick_without_done():
    desk = started(submitted())

    said = desk.tap("Chest pain")

    assert "Please get help now" in said[0].text
    assert len(red(desk)) == 1
    assert "flag-red" in [task.kind for task in desk.of(OpenTask)]


def test_a_second_sign_is_added_to_the_flag_and_shows_no_second_card():
    desk = started(submitted())
    desk.tap("Chest pain")

    said = desk.tap("Hard to breathe")

    assert "Please get help now" not in said[0].text
    assert red(desk)[-1].evidence[0][1].count(",") == 1


def test_taking_a_tick_back_raises_nothing_more():
    desk = started(submitted())
    desk.tap("Chest pain")
    before = len(red(desk))

    desk.tap("Chest pain")

    assert len(red(desk)) == before


def test_a_danger_sign_left_by_skip_is_stored():
    desk = started(submitted())
    desk.tap("Chest pain")

    desk.say("skip")

    assert desk.answers()["s.emerg"] == "chest"


def test_one_of_these_tells_staff_at_that_tap():
    desk = on_whatsapp()

    said = desk.tap("Yes, one of these")

    assert "Please get help now" in said[0].text
    assert [flag.level.value for flag in desk.of(RaiseFlag)] == ["RED"]
    assert "flag-red" in [task.kind for task in desk.of(OpenTask)]
