"""Taking a consent back, seeing and deleting: at any time, whoever speaks and whatever is signed."""

from dataclasses import replace

import pytest

from handlers.core.buttons import command_data
from handlers.core.case import ResponseStatus
from handlers.core.changes import OpenTask, Queue, RecordConsent
from handlers.core.events import Chose
from handlers.core.values import Purpose
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, consented, submitted, walk
from tests.handlers.test_talking import comes, plain
from tests.handlers.test_unsigned import in_production


def with_a_person(desk: Desk) -> Desk:
    comes(desk)
    desk.say("hello")
    return desk


def unsigned(desk: Desk) -> Desk:
    return in_production(desk)


everywhere = pytest.mark.parametrize("then", [with_a_person, unsigned])
BEGINNINGS = [submitted, lambda: walk(consented(), *ABOUT)]


def tap(desk, name, argument=""):
    return desk.take(Chose(command_data(name, argument) if argument else command_data(name)))


@everywhere
@pytest.mark.parametrize("begun", BEGINNINGS)
@pytest.mark.parametrize("purpose", ["health", "abroad", "messages"])
def test_a_consent_is_taken_back(then, begun, purpose):
    desk = then(begun())

    [shown] = desk.say("my permissions")
    [asked] = tap(desk, "take_back", purpose)
    said = tap(desk, "withdraw", purpose)

    assert shown.choices
    assert next(choice.data for choice in asked.choices) == command_data("withdraw", purpose)
    assert said
    assert Purpose(purpose) not in desk.case.patient.purposes
    assert not any(one.given for one in desk.of(RecordConsent)[-1:])


@everywhere
def test_an_old_button_of_a_consent_that_does_not_hold_asks_no_question(then):
    desk = then(submitted())
    tap(desk, "withdraw", "voice")

    assert "your permissions" in desk.heard[-1].text


@everywhere
def test_everything_that_is_kept_can_be_seen_and_deleted(then):
    desk = then(submitted())

    assert {"own_copy", "consents", "erase"} <= {c.data[2:] for c in desk.say("my data")[-1].choices}
    assert "date of birth" in tap(desk, "erase")[-1].text
    desk.say("3 March 1958")
    tap(desk, "erase_sure")
    tap(desk, "erase_now")

    assert desk.of(OpenTask)[-1].kind == "erasure-asked"


@everywhere
def test_stop_emergency_language_and_a_person_are_there(then):
    desk = then(submitted())

    for name in ("emergency", "language", "person", "stop"):
        assert tap(desk, name), name


def test_who_takes_back_what_a_talk_stands_on_ends_the_talk():
    desk = with_a_person(submitted())
    tap(desk, "withdraw", "health")

    assert desk.case.patient.talk.person is None


def test_a_yes_said_to_the_person_takes_nothing_back():
    desk = with_a_person(submitted())
    tap(desk, "take_back", "health")

    assert desk.say("yes") == []
    assert Purpose.HEALTH in desk.case.patient.purposes


def test_words_said_to_the_person_are_no_date_of_birth():
    desk = with_a_person(submitted())
    tap(desk, "erase")

    for words in ("Wait", "I want to ask you something", "It is about my data", "Are you there?"):
        assert desk.say(words) == []
    assert desk.case.contact.dialogue.doubt is None


def test_who_asks_for_a_person_is_told_that_one_is_here():
    desk = with_a_person(submitted())

    assert "is here now" in plain(tap(desk, "person")[-1])


def test_without_a_signature_a_typed_yes_takes_back_too():
    desk = unsigned(submitted())
    tap(desk, "take_back", "health")
    desk.say("yes")

    assert Purpose.HEALTH not in desk.case.patient.purposes
    assert all(one.status is not ResponseStatus.IN_PROGRESS for one in desk.case.responses)


def test_without_a_signature_nothing_clinical_is_said_on_the_way():
    desk = unsigned(submitted())
    desk.around = replace(desk.around, data_page=lambda _: "https://clinic.example/chat/mine/x")
    before = len(desk.log)
    for name in ("privacy", "own_copy", "consents", "erase"):
        assert tap(desk, name), name

    words = " ".join(one.body.text for one in desk.log[before:] if isinstance(one, Queue))
    assert "Parkinson" not in words


def test_the_way_to_it_stands_beside_the_refusal():
    [said] = unsigned(submitted()).say("hello")

    assert command_data("privacy") in [key.data for key in said.keys]
