"""Finding the zone by the clock on the wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.cities import candidates
from handlers.core.changes import OpenTask
from handlers.core.events import Chose
from handlers.zones import own_zone
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import consented, walk

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def asked(country: str = "Japan") -> Desk:
    """Return a desk whose patient, at 12:02 UTC or so, says that the guessed clock is wrong."""
    desk = walk(
        consented(),
        "=Test Person",
        "Yes",
        "=Test Person",
        "Yes",
        "=3 March 1958",
        "Yes",
        f"={country}",
        "Yes",
    )
    desk.tap("No")
    return desk


@pytest.mark.parametrize(
    ("told", "zone"), [(time(21, 0), "Asia/Tokyo"), (time(21, 15), "Asia/Tokyo"), (time(13, 10), None)]
)
def test_the_countrys_own_zone_counts_where_it_has_that_clock(told, zone):
    assert own_zone((told,), NOW, ("Asia/Tokyo",)) == zone


def test_a_bare_hour_means_the_half_of_the_day_that_fits_the_country():
    desk = asked()

    said = desk.say("9")

    assert "21:0" in said[-1].text


def unknown_country() -> Desk:
    """Return a desk whose patient has named a country that nobody knows."""
    return walk(
        consented(), "=Test Person", "Yes", "=Test Person", "Yes", "=3 March 1958", "Yes", "=Atlantis", "Yes"
    )


def test_the_clock_is_asked_outright_where_the_country_tells_nothing():
    desk = unknown_country()

    assert desk.heard[-1].text.startswith("What time is it there now?")
    assert [key.label for key in desk.heard[-1].keys]


@pytest.mark.parametrize("before", [(), ("1:02 pm", "yes")])
def test_whoever_is_not_understood_three_times_is_left_in_peace_and_a_person_sees_to_it(before):
    desk = unknown_country()
    for said in (*before, *["a word that is no time"] * 4):
        desk.say(said)

    assert any("A person at the clinic will sort out the time" in body.text for body in desk.heard[-3:])
    assert desk.case.contact.dialogue.menu == ""
    assert "zone-unknown" in [task.kind for task in desk.of(OpenTask)]


def test_a_clock_alone_is_no_zone_a_city_says_how_it_goes_through_the_year():
    desk = unknown_country()
    desk.say("1:02 pm")
    [body] = desk.tap("Yes")
    between = desk.case.patient.zone
    desk.tap("Berlin")

    assert {"Paris", "Lagos"} <= {choice.label for choice in body.choices}
    assert (between, desk.case.patient.zone) == ("", "Europe/Berlin")
    assert "insurance" in desk.heard[-1].text


@pytest.mark.parametrize("typed", ["Oslo", "oslo.", "Sao Paulo", "são paulo"])
def test_a_city_may_be_typed_in_place_of_a_time(typed):
    desk = unknown_country()

    [said] = desk.say(typed)
    desk.tap("Yes")

    assert "there now?" in said.text
    assert desk.case.patient.zone in {"Europe/Oslo", "America/Sao_Paulo"}


def test_who_knows_no_such_city_goes_on_and_a_person_sees_to_it():
    desk = walk(unknown_country(), "=1:02 pm", "Yes", "=Atlantis City")
    again = desk.heard[-1].text
    desk.tap("None of these")

    assert again.startswith("I do not know that place.")
    assert (desk.case.patient.zone, tasks(desk)) == ("", ["zone-unknown"])
    assert "insurance" in desk.heard[-1].text


@pytest.mark.parametrize("ahead", [-660, -210, 0, 60, 330, 345, 765])
def test_no_city_shown_has_another_clock(ahead):
    for zone in candidates(Desk().around.world(CLINIC), NOW, timedelta(minutes=ahead)):
        assert abs((told(zone) - ahead + 720) % 1440 - 720) <= 20


def told(zone):
    return NOW.astimezone(ZoneInfo(zone)).utcoffset() // timedelta(minutes=1)


def tasks(desk):
    return [change.kind for change in desk.log if isinstance(change, OpenTask)]


def test_the_clock_is_read_back_as_the_patients_not_as_that_of_whoever_types():
    assert "there now?" in asked().say("9")[-1].text


def test_what_was_understood_is_used_only_after_a_yes():
    desk = asked()
    before = desk.case.patient.zone

    desk.say("1:00 pm")
    between = desk.case.patient.zone
    walk(desk, "=yes", "Rome")

    assert (between, desk.case.patient.zone) == (before, "Europe/Rome")


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
