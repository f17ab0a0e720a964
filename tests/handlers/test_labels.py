"""Labels of our own buttons, typed."""

from dataclasses import replace

import pytest

from handlers.core.case import Stage
from handlers.core.travel import Trip
from handlers.decision import Decision
from handlers.labels import COMMANDS, DOORS, command_meant, tap_meant
from tests.handlers.desk import CLINIC, Desk
from tests.handlers.paths import ABOUT, TO_CONSENT, consented, walk

TRIP = Trip("JP", "Asia/Tokyo", "2026-04-28", "2026-05-02")


@pytest.mark.parametrize(
    ("language", "label", "seen"),
    [
        ("en", "Stop messages", "no more reminders"),
        ("en", "Talk to a person", "told the team"),
        ("en", "My data and privacy", "Who we are"),
        ("en", "Emergency", "emergency"),
        ("en", "Menu", "What do you want to do"),
        ("en", "Continue", "Who told you"),
        ("ja", "配信を止める", "送りません"),
        ("ja", "人と話す", "担当者"),
        ("ja", "メニュー", "何をしますか"),
        ("ja", "続ける", "パーキンソン"),
    ],
)
def test_a_typed_label_of_a_menu_button_is_its_command(language, label, seen):
    desk = walk(consented(), *ABOUT)
    desk.case = with_language(desk, language)

    said = desk.say(label)

    assert seen in said[-1].text


@pytest.mark.parametrize(("language", "label"), [("en", "Keep this answer"), ("ja", "この回答のままにする")])
def test_a_typed_keep_keeps_the_answer(language, label):
    desk = walk(consented(), *ABOUT, "A brain doctor")
    desk.case = with_language(desk, language)
    desk.say("back")

    desk.say(label)

    assert desk.answers()["dx.by"] == "neuro"


@pytest.mark.parametrize("label", ["Done", "Keep this answer"])
@pytest.mark.parametrize("answers", [(), ("A brain doctor",)], ids=["a choice", "a date"])
def test_a_typed_door_that_the_question_does_not_have_is_not_met_with_silence(label, answers):
    desk = walk(consented(), *ABOUT, *answers)
    asked = desk.heard[-1].text.splitlines()[-1]

    said = desk.say(label)

    assert asked in said[-1].text


def test_a_name_that_looks_like_a_label_stays_a_name():
    desk = consented()

    walk(desk, "=Stark", "Yes", "=Stark", "Yes")

    assert desk.answers()["id.name"] == "Stark"


def test_who_refused_is_offered_to_start_again_and_is_not_drawn_in_by_any_words():
    desk = Desk()
    desk.start()
    walk(desk, *TO_CONSENT, "No")

    said = desk.say("thank you")
    refused = desk.case.patient.stage
    desk.tap("Start again")

    assert [button.label for button in said[-1].choices] == ["Start again"]
    assert (refused, desk.case.patient.stage) == (Stage.REFUSED, Stage.INTAKE)


def test_back_again_means_nothing_of_ours_where_no_trip_is_known():
    desk = walk(consented(), *ABOUT)
    decision = Decision(desk.case, desk.around.world(CLINIC), cause="test")

    assert command_meant(decision, "I'm back") is None


def with_language(desk: Desk, language: str):
    return replace(desk.case, patient=replace(desk.case.patient, language=language))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("key", "meant"), COMMANDS.items())
def test_every_label_of_ours_means_its_command(language, key, meant):
    desk = walk(consented(), *ABOUT)
    case = with_language(desk, language)
    case = replace(case, patient=replace(case.patient, trips=(TRIP,)))
    decision = Decision(case, desk.around.world(CLINIC), cause="test")

    label = decision.world.catalogs.get(language).text(key)

    assert command_meant(decision, label) == meant


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("key", "door"), DOORS.items())
def test_every_side_door_typed_is_the_tap_on_it(language, key, door):
    desk = walk(consented(), *ABOUT)
    decision = Decision(with_language(desk, language), desk.around.world(CLINIC), cause="test")

    tap = tap_meant(decision, decision.case.open_response(), decision.world.catalogs.get(language).text(key))

    assert tap.data.endswith(f":{door}")
