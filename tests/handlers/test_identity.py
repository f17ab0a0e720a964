"""A number that may be somebody else's by now: nothing personal before the date of birth is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.case import Reach
from handlers.core.changes import OpenTask, SettleInbox
from handlers.core.events import Chose, Started
from handlers.core.pending import Doubt
from handlers.core.templates import CHECK_IN
from handlers.core.values import ChannelKind, Purpose
from handlers.decision import Decision
from handlers.identity import LOCKED
from handlers.silence import LONG
from handlers.templates import LONGEST_NAME, filled
from tests.handlers.desk import CLINIC, NOON, Desk, StillClock, surroundings
from tests.handlers.numbers import ASK, at, met, say, silent
from tests.handlers.paths import ABOUT, consented, walk
from tests.handlers.test_check_in import treated

WRONG = "That is not the date that we have."
CLOSED = "so we show nothing here"


@pytest.fixture
def desk():
    return at(met())


def test_after_a_long_silence_the_date_of_birth_is_asked_before_anything(desk):
    assert say(silent(desk), "hello").startswith(ASK)
    assert say(desk, "what did I answer?").startswith(WRONG)


def test_whose_help_is_over_is_told_what_to_do_about_danger_and_nothing_of_the_patient():
    desk = at(treated().case)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, reach=Reach.ENDED))

    told = say(desk, "chest pain")

    assert told.startswith("In an emergency, call")


def test_a_trembling_finger_is_asked_for_it_once(desk):
    silent(desk)
    desk.take(Chose("c:menu"))
    desk.clock.time -= timedelta(seconds=9.9)

    assert desk.take(Chose("c:menu")) == []


def test_whoever_tells_it_goes_on_where_they_were(desk):
    say(silent(desk), "hello")

    assert say(desk, "3 March 1958") == "Thank you. We can go on."
    assert desk.case.contact.dialogue.doubt is None
    assert not say(desk, "hello").startswith(ASK)


@pytest.mark.parametrize(
    ("channel", "days"), [(ChannelKind.WHATSAPP, 30), (ChannelKind.TELEGRAM, 200), (ChannelKind.WEB, 200)]
)
def test_nobody_else_is_asked(channel, days):
    assert not say(silent(at(met(), channel), days), "hello").startswith(ASK)


@pytest.fixture(scope="module")
def named():
    """Return the case of somebody who has told their name and no date of birth."""
    return walk(consented(), *ABOUT[:4]).case


def test_who_never_told_a_date_of_birth_is_sent_to_a_person(named):
    desk = silent(at(named))

    assert "will send the patient a link" in say(desk, "hello")
    assert [task.kind for task in desk.of(OpenTask)] == ["identity"]
    assert "will send the patient a link" in say(desk, "what is my name?")


def test_who_comes_by_a_link_that_staff_made_for_them_goes_on(named):
    desk = silent(at(named))
    say(desk, "hello")
    desk.case = replace(desk.case, invited=True)

    [thanks, *_] = desk.take(Started("x" * 43))

    assert thanks.text == "Thank you. We can go on."
    assert desk.case.contact.dialogue.doubt is None


def test_nobody_is_asked_of_whom_nothing_is_known():
    desk = silent(at(walk(Desk(), "=hello").case))

    assert "the right person" not in say(desk, "hello")


def test_three_wrong_dates_close_it_for_a_day_and_tell_staff(desk):
    say(silent(desk), "hello")

    told = [say(desk, f"{day} March 1958") for day in (4, 5, 6)]

    assert CLOSED in told[-1]
    assert CLOSED in say(desk, "3 March 1958")
    assert desk.of(OpenTask)[-1].kind == "identity"
    desk.clock.time += LOCKED
    assert say(desk, "3 March 1958") == "Thank you. We can go on."


def test_stop_is_honoured_from_anybody_there(desk):
    say(silent(desk), "hello")

    say(desk, "STOP")

    assert Purpose.MESSAGES not in desk.case.patient.purposes


def test_danger_is_heard_from_anybody_there(desk):
    assert ASK not in say(silent(desk), "emergency")


@pytest.mark.parametrize("reach", [Reach.ACTIVE, Reach.STOPPED])
def test_a_strangers_card_names_neither_illness_nor_treatment(desk, reach):
    desk.case = replace(desk.case, contact=replace(desk.case.contact, reach=reach))

    card = say(silent(desk), "I have chest pain")

    assert "emergency room" in card
    assert "Parkinson" not in card


def test_another_language_can_be_chosen_before_the_date_is_told(desk):
    say(silent(desk), "hello")

    desk.take(Chose("c:language:ja"))

    assert desk.case.patient.language == "ja"


def test_a_strangers_words_are_kept_nowhere(desk):
    say(silent(desk), "I am not Anna, who is she?")

    assert [change.keep for change in desk.log if isinstance(change, SettleInbox)] == [False]


def test_who_has_told_no_date_of_birth_cannot_be_asked():
    desk = at(consented().case)

    assert not say(silent(desk), "hello").startswith(ASK)


def opening(doubt=None, days=0):
    """Return the opening of a check-in at a number that is in doubt, or silent for so long."""
    desk = at(replace(case := treated().case, patient=replace(case.patient, name="Anna")))
    now = desk.step("M1").next_at
    dialogue = replace(desk.case.contact.dialogue, doubt=doubt)
    contact = replace(desk.case.contact, dialogue=dialogue, last_heard_at=now - timedelta(days=days))
    desk.case = replace(desk.case, contact=contact)
    return desk.tick("M1")[0]


def test_in_doubt_an_opening_says_no_more_than_its_template_which_names_nobody():
    body = opening(Doubt(NOON))

    assert "Anna" not in body.text
    assert "It takes 5 minutes. Start now?" in body.text
    assert [choice.data for choice in body.choices] == list(body.template.payloads)


@pytest.mark.parametrize(("days", "name"), [(LONG.days + 1, "-"), (LONG.days - 1, "Anna")])
def test_a_template_names_nobody_after_a_long_silence(days, name):
    assert opening(days=days).template.parameters[0] == name


def test_an_endless_name_does_not_make_the_template_too_long():
    decision = Decision(
        replace(met(), patient=replace(met().patient, name="A" * 900)),
        surroundings(StillClock()).world(CLINIC),
        cause="c",
    )

    assert len(filled(decision, CHECK_IN, ()).parameters[0]) == LONGEST_NAME
