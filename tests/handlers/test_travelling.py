"""A trip: told by taps or words, with the clock, the numbers and the plan of there; then home by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.whatsapp.render import Words, render
from handlers.core.case import FollowUpState
from handlers.core.events import Chose
from handlers.core.travel import Trip
from handlers.core.values import ChannelKind
from handlers.wording import emergency_number
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import consented, submitted
from tests.handlers.test_check_in import opened, treated
from tests.handlers.test_programme import finish, infused

SUMMER = Trip("KR", "Asia/Seoul", "2027-07-01", "2027-07-05")
JAPAN = Trip("JP", "Asia/Tokyo", "2026-04-28", "2026-05-02")


def plain(body) -> str:
    return body.text.translate({0x2068: None, 0x2069: None})


def day(number: int) -> str:
    return f"\u2068{number}\u2069 April \u20682026\u2069"


def trips(desk: Desk) -> list[tuple[str, str, str]]:
    return [(t.zone, t.first, t.last) for t in desk.case.patient.trips]


def travelling(desk: Desk, first: str = "2026-04-28", last: str = "2026-05-02", where: str = "Japan") -> Desk:
    """Tell of a trip in words."""
    for said in ("I'm travelling", where, first, last):
        desk.say(said)
    return desk


def test_a_trip_is_told_by_taps_alone_japan_first():
    desk = submitted()  # today is 2 March 2026
    desk.say("menu")
    desk.tap("More")
    desk.tap("I'm travelling")
    assert desk.heard[-1].choices[0].label == "Japan"

    for label in ("Japan", "A month later", "Later days", day(12), "Later days", day(20)):
        desk.tap(label)

    assert trips(desk) == [("Asia/Tokyo", "2026-04-12", "2026-04-20")]
    assert "in Japan from 12 April 2026 to 20 April 2026" in plain(desk.heard[-1])


@pytest.mark.parametrize(
    ("where", "zone"),
    [
        ("Japan", "Asia/Tokyo"),
        ("japn", "Asia/Tokyo"),
        ("Seoul", "Asia/Seoul"),
        ("Chicago", "America/Chicago"),
    ],
)
def test_a_country_or_a_city_may_be_typed(where, zone):
    assert trips(travelling(submitted(), where=where)) == [(zone, "2026-04-28", "2026-05-02")]


def test_a_country_with_several_clocks_is_asked_for_a_city():
    desk = submitted()
    desk.say("I'm travelling")
    desk.say("USA")

    desk.tap("Denver")
    desk.say("1 May 2026")
    desk.say("3 May 2026")

    assert trips(desk) == [("America/Denver", "2026-05-01", "2026-05-03")]


@pytest.mark.parametrize("last", ["2026-04-20", "1 March 2026", "2031-01-01"])
def test_days_that_are_no_trip_are_asked_again(last):
    desk = travelling(submitted(), last=last)

    assert trips(desk) == []
    assert desk.heard[-1].text.startswith("Where does the trip go?")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "旅行します"),
        ("zh-Hans", "我要旅行"),
        ("vi", "tôi đi du lịch"),
        ("ar", "أنا مسافر"),
        ("en", "I am in Japan"),
    ],
)
def test_it_is_understood_in_every_language(language, said):
    desk = submitted()
    desk.case = replace(desk.case, patient=replace(desk.case.patient, language=language))

    desk.say(said)

    assert desk.case.contact.dialogue.menu == "travel:"


def test_before_any_consent_a_trip_leads_back_to_the_questions():
    desk = Desk(ChannelKind.TELEGRAM)
    desk.say("I'm travelling")

    assert desk.say("I'm travelling")[-1].text
    assert desk.case.contact.dialogue.asked is not None


@pytest.mark.parametrize("language", ["en", "ja", "zh-Hans", "vi", "ar"])
def test_whatsapp_takes_every_message_of_the_talk_in_every_language(language):
    desk, us = submitted(), Trip("US", "America/New_York", "2026-12-01", "2026-12-30")
    patient = replace(desk.case.patient, language=language, country="AE", trips=(JAPAN, us, SUMMER))
    point = replace(desk.case.contact.point, channel=ChannelKind.WHATSAPP)
    desk.case = replace(desk.case, patient=patient, contact=replace(desk.case.contact, point=point))

    for tap in ("", ":RU", ":US0", ":US0.20261201", ":JP0.20260901.20260930"):
        for body in desk.take(Chose(f"c:travel{tap}")):
            assert render(body, Words("Choose", "More", "Or type:")) is not None


def test_whoever_answers_something_else_again_and_again_is_taken_back_to_the_open_question():
    desk = consented()
    asked = desk.heard[-1].text
    desk.say("I'm travelling")

    heard = [[plain(body) for body in desk.say("3 March 1958")] for _ in range(3)]

    assert [said[0].split(".")[0] for said in heard[:2]] == ["I did not understand that"] * 2
    assert heard[2][0].startswith("We leave the trip for now.")
    assert asked.endswith(desk.heard[-1].text)
    assert desk.case.contact.dialogue.menu == ""


def test_what_falls_due_on_the_trip_moves_to_its_clock_and_the_rest_stays():
    desk = treated()
    before = {f.id: f for f in desk.check_ins()}

    travelling(desk)

    moved = [f for f in desk.check_ins() if f.due_at != before[f.id].due_at]
    assert [(f.step, f.local, f.zone) for f in moved] == [("M1", "2026-04-30T10:00", "Asia/Tokyo")]


@pytest.mark.parametrize("way", ["I'm back", "tap", "off"])
def test_back_sooner_or_called_off_all_is_as_before(way):
    desk = treated()
    before = desk.check_ins()
    travelling(desk)

    if way == "off":
        desk.say("I'm travelling")
        desk.tap("Call off \u20681\u2069")
    else:
        desk.clock.time = JAPAN.begins + timedelta(hours=1)
        desk.say(way if way != "tap" else "I'm travelling")
        desk.tap("I'm back") if way == "tap" else None

    assert trips(desk) == []
    assert sorted(desk.check_ins(), key=lambda f: f.due_at) == sorted(before, key=lambda f: f.due_at)


def test_what_is_open_when_they_leave_is_not_asked_twice_and_waits_for_the_morning_there():
    desk = travelling(opened(), first="2026-05-01", last="2026-05-09")  # opened on 30 April, 10:00 in Berlin
    desk.tick("M1")  # 1 May, 10:00 in Berlin, 17:00 in Tokyo
    desk.clock.time = datetime(2026, 5, 3, 12, tzinfo=UTC)  # 21:00 in Tokyo

    said = desk.tick("M1")

    assert (said, desk.step("M1").state) == ([], FollowUpState.IN_PROGRESS)
    assert desk.step("M1").next_at == datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "number", "line"),
    [
        (JAPAN.begins, "119", "TELL 0800-300-8355"),
        (JAPAN.begins - timedelta(minutes=1), "112", "a crisis line"),
        (JAPAN.ends, "112", "a crisis line"),
    ],
)
def test_the_cards_say_the_numbers_of_where_they_are_and_home_again_by_itself(moment, number, line):
    desk = travelling(submitted())
    desk.clock.time = moment
    [card] = desk.say("I want to die")[:1]

    assert emergency_number(desk.case, desk.around.world(CLINIC)) == number
    assert number in plain(card)
    assert line in plain(card)


def test_the_question_that_stood_open_is_asked_again():
    desk = opened()
    desk.tap("Start")
    question = desk.heard[-1].text

    travelling(desk)

    assert desk.heard[-1].text == question


@pytest.mark.parametrize(("step", "asks"), [("I+6h", True), ("I+24h", False), ("M1", False)])
def test_after_the_first_safety_check_it_is_asked_where_they_are(step, asks):
    desk = infused()
    desk.tick(step)
    desk.tap("Start")
    finish(desk, step)

    assert desk.heard[-1].text.startswith("Where are you now?") is asks


def test_who_has_told_of_the_trip_is_not_asked_where_they_are():
    desk = travelling(infused(), first="2026-03-28", last="2026-04-10")
    desk.tick("I+6h")
    desk.tap("Start")
    finish(desk, "I+6h")

    assert not desk.heard[-1].text.startswith("Where are you now?")


def test_without_consent_nothing_of_a_trip_is_kept():
    desk = Desk()
    desk.start("en")

    travelling(desk)

    assert trips(desk) == []
