"""What `make fuzz` sends: found again by its number, and never without its untouched neighbour."""

from random import Random

from bot.channels.telegram.parse import parse as parse_telegram
from bot.channels.whatsapp.parse import parse
from bot.channels.whatsapp.split import split
from tests.channels.whatsapp.webhooks import NUMBER
from tests.fuzz import forged, telegram, whatsapp
from tests.fuzz.bodies import body
from tests.fuzz.house import signed

BODIES = [body(5, number) for number in range(300)]


def test_a_body_is_the_same_whenever_it_is_made():
    assert [body(5, number) for number in range(300)] == BODIES
    assert body(6, 1) != body(5, 1)


def test_bodies_of_both_services_are_changed_by_structure_and_by_bytes():
    assert {one.service for one in BODIES} == {"telegram", "whatsapp"}
    assert {bool(one.beside) for one in BODIES} == {True, False}


def test_whatever_is_changed_each_item_can_be_read_and_the_neighbour_stays():
    for one in BODIES:
        if one.service == "telegram":
            parse_telegram(one.raw)
        else:
            ids = {parse(piece.raw).message_id for piece in split(one.raw, NUMBER).pieces}
            assert one.beside in {"", *ids}


def test_no_forgery_happens_to_be_right():
    chance = Random(1)
    for number in range(300):
        raw = str(number).encode()
        assert list(signed("whatsapp", raw).items()) != forged._signatures(raw, chance)
        assert list(signed("telegram", raw).items()) != forged._guesses(raw, chance)


def test_all_shapes_are_whole_before_they_are_changed():
    assert len(whatsapp.BODIES) > 100
    assert len(telegram.BODIES) > 30
