"""A day's places: who has one now, who waits, and until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.core.allotment import Demand, allot, is_wanted
from handlers.core.ramp import Overdue
from handlers.core.values import ClinicId

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def due(number, *, at=NOON, ends=7 * DAY, zone="UTC", step="M1"):
    return Overdue(ClinicId("default"), f"f{number:05}", step, zone, at, NOON + ends)


def moved(people, places, now=NOON):
    moves = allot(Demand(tuple(people), tuple(places)), now, {"H+1"}.__contains__)
    return {move.what.id: move.to for move in moves}


def test_nobody_waits_while_there_is_room():
    assert moved([due(1), due(2)], [NOON, NOON]) == {}


def test_whose_window_ends_soonest_has_the_place():
    assert moved([due(1, ends=9 * DAY), due(2, ends=3 * DAY)], [NOON, NOON + HOUR]) == {"f00001": NOON + HOUR}


def test_an_opening_goes_before_a_reminder():
    reminder = replace(due(1, ends=2 * DAY), is_opened=True)

    assert moved([reminder, due(2)], [NOON, NOON + HOUR]) == {"f00001": NOON + HOUR}


def test_a_place_is_free_again_a_day_later():
    assert moved([due(n) for n in range(3)], [NOON]) == {"f00001": NOON + DAY, "f00002": NOON + 2 * DAY}


def test_a_turn_in_the_night_becomes_the_morning():
    assert moved([due(1), due(2)], [NOON, NOON + 10 * HOUR]) == {"f00002": NOON + 21 * HOUR}


def test_a_procedures_safety_check_goes_before_all_others():
    first = due(9, step="H+1", ends=9 * DAY)

    assert moved([due(1), first], [NOON, NOON + HOUR]) == {"f00001": NOON + HOUR}


def test_for_whom_no_place_comes_in_time_nothing_is_moved():
    assert moved([due(1, ends=DAY), due(2, ends=DAY)], [NOON]) == {}


def test_who_falls_due_soon_and_cannot_wait_has_a_place_kept():
    soon = due(1, at=NOON + 5 * HOUR, ends=DAY)

    assert is_wanted(soon, NOON)
    assert not is_wanted(due(2, at=NOON + 5 * HOUR), NOON)
    assert moved([soon, due(2)], [NOON]) == {"f00002": NOON + DAY}


def test_fifty_thousand_are_given_their_turns_within_their_windows():
    people = [due(n, ends=30 * DAY) for n in range(50_000)]

    turns = moved(people, [NOON] * 2000)

    assert len(turns) == 48_000
    assert max(turns.values()) < NOON + 30 * DAY
