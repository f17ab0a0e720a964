"""The number on the card is the one of where the patient is."""

from dataclasses import replace

import pytest

from handlers.wording import emergency_number
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, consented, walk


def case_of(country, zone):
    desk = consented()
    return replace(desk.case, patient=replace(desk.case.patient, country=country, zone=zone)), desk


@pytest.mark.parametrize(
    ("country", "zone", "number"),
    [
        ("DE", "Europe/Berlin", "112"),
        ("US", "America/Chicago", "911"),
        ("CN", "Asia/Shanghai", "120"),
        ("DE", "Etc/GMT-1", "112"),
        ("US", "Asia/Tokyo", "119"),
        ("US", "Etc/GMT-9", "119"),
        ("US", "Europe/Paris", ""),
        ("", "", ""),
        ("", "Asia/Tokyo", ""),
    ],
)
def test_the_number_follows_the_patients_clock(country, zone, number):
    case, desk = case_of(country, zone)

    assert emergency_number(case, desk.around.world(CLINIC)) == number


@pytest.mark.parametrize("said", ["emergency", "EMERGENCY!", "emergncy", "ambulance", "/emergency"])
def test_the_card_comes_by_word_whatever_stands_open(said):
    desk = walk(consented(), *ABOUT)

    [card] = desk.say(said)

    assert card.text.startswith("In an emergency, call \u2068112\u2069 now")


def test_where_nobody_knows_the_country_the_card_says_the_local_number():
    desk = Desk()
    desk.start("en")

    [card] = desk.say("emergency")

    assert "call your local emergency number now" in card.text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("said", ["緊急", "救急車"])
def test_the_card_comes_by_a_japanese_word(said):
    desk = walk(consented(), *ABOUT)
    desk.say("language")
    desk.tap("日本語")

    assert desk.say(said)[0].text.startswith("緊急のときは")
