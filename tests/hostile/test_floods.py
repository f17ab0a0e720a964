"""A hundred messages in a minute cost a bounded number of replies, and no answer is lost."""

from datetime import timedelta

from handlers.core.changes import PutAnswer, Queue
from handlers.core.values import ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import CONSENT, TO_CONSENT, consented, submitted, walk


def flooded(desk, number=100, gap=timedelta(seconds=0.6), words="hello there {}"):
    """Let somebody send so many messages in so short a time; return how many replies they got."""
    before = len(desk.heard)
    for one in range(number):
        desk.clock.time -= timedelta(seconds=10) - gap
        desk.say(words.format(one))
    return len(desk.heard) - before


def test_a_hundred_messages_in_a_minute_get_one_answer_and_lose_nothing():
    desk = submitted()
    replies = flooded(desk)

    assert replies <= 60
    assert [body.text for body in desk.heard].count(desk.heard[-1].text) == 1
    assert "Many messages" in desk.heard[-1].text
    assert flooded(desk) == 0


def test_whoever_stops_is_answered_again():
    desk = submitted()
    flooded(desk)
    desk.clock.time += timedelta(minutes=2)

    assert walk(desk, "=menu").heard[-1].choices


def test_answers_as_fast_as_somebody_taps_are_all_taken_and_answered():
    desk = Desk(ChannelKind.TELEGRAM)
    desk.start()
    for step in (*TO_CONSENT, *CONSENT):
        desk.clock.time -= timedelta(seconds=9.9)
        desk.tap(step)

    assert len(desk.of(PutAnswer)) >= len((*TO_CONSENT, *CONSENT)) - 1
    assert desk.heard[-1].text


def test_a_sign_of_danger_in_a_flood_is_answered_at_once():
    desk = consented()
    flooded(desk, words="/menu")
    desk.clock.time -= timedelta(seconds=9.5)
    said = desk.say("I want to kill myself")

    assert any(change.lane.value == "card" for change in desk.of(Queue)[-len(said) :])


def test_a_clock_that_was_put_back_makes_nobody_a_flood():
    desk = submitted()
    desk.say("hello there")
    desk.clock.time -= timedelta(minutes=5)

    assert all("Many messages" not in body.text for body in desk.say("hello again"))
