import pytest

from handlers.core.messages import Phrase
from handlers.core.values import ChannelKind
from tests.core.builders.talk import choice, load, made, talk

TELEGRAM, WHATSAPP = ChannelKind.TELEGRAM, ChannelKind.WHATSAPP
FOUR = ("a", "w", "x", "y", "z")


@pytest.mark.parametrize("channel", [*ChannelKind])
def test_what_is_not_understood_is_explained_then_with_help_then_with_a_way_to_a_person(channel):
    conversation = talk(made(choice("a", "x", "y")), channel=channel).say("???")

    assert conversation.keys == ["chat.not_understood.choice", "q/a#text"]
    assert conversation.say("???").keys == ["chat.not_understood.choice", "chat.help.options", "q/a#text"]
    assert "chat.ask_person_or_skip" in conversation.say("???").keys
    assert conversation.doors == ["unsure", "skip", "person"]


@pytest.mark.parametrize(
    ("channel", "times"),
    [(TELEGRAM, 0), (ChannelKind.WEB, 0), (ChannelKind.TERMINAL, 0), (WHATSAPP, 1)],
)
@pytest.mark.parametrize("misses", [2, 3])
def test_options_stand_in_the_text_only_where_their_buttons_are_hidden(channel, times, misses):
    conversation = talk(made(choice(*FOUR)), channel=channel).say(*["???"] * misses)

    assert conversation.keys.count("chat.lines") == times
    assert conversation.labels == ["W", "X", "Y", "Z"]


def test_a_question_with_several_answers_can_still_be_ended_by_a_tap():
    conversation = talk(made(choice("a", "x", "y", repeats=True))).tap("a", "x").say("?", "?", "?")

    assert conversation.doors == ["done", "unsure", "skip", "person"]


def test_the_doors_of_a_list_lead_to_a_person_after_the_third_time():
    conversation = talk(made(choice(*FOUR)), channel=WHATSAPP).say("?", "?", "?").tap("a", "keys")

    assert "chat.button.person" in [each.label.key for each in conversation.last.choices]


def test_yes_and_no_are_explained_by_their_buttons():
    item = {"linkId": "a", "type": "boolean", "text": "a"}

    assert talk(made(item)).say("?!", "?!").keys[:2] == ["chat.not_understood.boolean", "chat.help.yes_no"]


def test_an_example_stands_in_the_reason_in_the_patients_language_and_not_again_below():
    conversation = talk(load("our-extensions"), vocabulary={"iso3166": {"germany": "DE"}}).say("12")

    [reason, *_] = conversation.last.texts
    assert reason.key == "chat.not_understood.example"
    assert isinstance(reason.values["example"], Phrase)
    assert conversation.last.hint is None


def test_an_answer_that_breaks_a_rule_is_explained_without_help_about_reading():
    conversation = talk(load("constraints")).say("500 kg", "500 kg")

    assert not [key for key in conversation.keys if key.startswith("chat.help.")]
