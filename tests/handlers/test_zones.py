"""Finding the zone by the clock on the wall."""

from datetime import UTC, datetime, time

import pytest

from handlers.core.events import Chose
from handlers.zones import nearest
from tests.handlers.desk import Desk
from tests.handlers.paths import consented, walk

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def asked(country: str = "Japan") -> Desk:
    """Return a desk whose patient, at 12:02 UTC or so, says that the guessed clock is wrong."""
    desk = walk(consented(), "=Test Person", "=Test Person", "=3 March 1958", "Yes", f"={country}", "Yes")
    desk.tap("No")
    return desk


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        (time(21, 0), "Asia/Tokyo"),
        (time(17, 30), "Asia/Kolkata"),
        (time(17, 45), "Asia/Kathmandu"),
        (time(8, 30), "America/St_Johns"),
        (time(13, 10), "Etc/GMT-1"),
        (time(12, 5), "Etc/GMT"),
    ],
)
def test_the_zone_is_the_countrys_own_or_one_with_that_clock(told, zone):
    assert nearest((told,), NOW, ("Asia/Tokyo",)) == zone


def test_a_bare_hour_means_the_half_of_the_day_that_fits_the_country():
    desk = asked()

    said = desk.say("9")

    assert "21:0" in said[-1].text


def test_a_yes_to_the_clock_counts_where_the_country_tells_nothing():
    desk = walk(consented(), "=Test Person", "=Test Person", "=3 March 1958", "Yes", "=Atlantis", "Yes")

    desk.tap("Yes")

    assert desk.case.patient.zone == "Etc/GMT"


def test_the_clock_is_read_back_as_the_patients_not_as_that_of_whoever_types():
    assert "there now?" in asked().say("9")[-1].text


def test_what_was_understood_is_used_only_after_a_yes():
    desk = asked()
    before = desk.case.patient.zone

    desk.say("1:00 pm")
    between = desk.case.patient.zone
    desk.say("yes")

    assert (between, desk.case.patient.zone) == (before, "Etc/GMT-1")


def test_a_no_asks_for_the_time_again():
    desk = asked()
    desk.say("1:00 pm")

    said = desk.say("no")

    assert "21:30" in said[-1].text


def test_after_two_misses_the_question_can_be_skipped_or_given_to_a_person():
    desk = asked()
    desk.say("noonish, I think")

    [body] = desk.say("I have no clock")
    after = desk.tap("Skip")

    assert [button.label for button in body.keys] == ["Skip", "Ask a person"]
    assert after[-1].choices


def test_who_changes_the_country_while_the_clock_is_asked_types_a_country():
    desk = asked()

    [body] = desk.take(Chose("c:change"))
    desk.take(Chose(next(one.data for one in body.choices if "country" in one.label)))
    [said] = desk.say("Germany")

    assert "Germany" in said.text
    assert "time" not in said.text
