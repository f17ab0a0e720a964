"""The language that somebody comes with, and where another way than the chat is offered."""

import pytest

from handlers.core.events import Started
from handlers.core.values import AnsweredBy, ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, HEALTH, walk

AGREED = ("For myself", "Yes", "Yes, I agree", "Yes, I agree")
OWN = [ChannelKind.WEB, ChannelKind.TERMINAL]
CARRIED = [ChannelKind.TELEGRAM, ChannelKind.WHATSAPP]


def labels(desk: Desk) -> list[str]:
    return [button.label for button in desk.heard[-1].choices]


@pytest.mark.parametrize("tag", ["ja", "ja-JP", "JA"])
def test_who_comes_with_a_language_is_not_asked_for_it(tag):
    desk = Desk()

    desk.start(tag)

    assert desk.case.patient.language == "ja"
    assert desk.answers() == {"start.lang": "ja"}
    assert "本人です" in labels(desk)


def test_a_language_that_was_taken_over_is_said_with_a_button_to_change_it():
    desk = Desk()

    told = next(body for body in desk.start("ja") if "日本語でご案内します" in body.text)

    assert [key.data for key in told.keys] == ["c:language"]


def test_the_answer_that_nobody_gave_is_marked_as_ours():
    desk = Desk()
    desk.start("en")

    [answer] = desk.case.responses[0].answers.values()

    assert answer.by is AnsweredBy.ENGINE


def test_a_language_that_we_do_not_speak_is_asked_for():
    desk = Desk()

    desk.start("es")

    assert labels(desk) == ["English", "日本語", "简体中文", "Tiếng Việt", "العربية"]


def test_a_language_changed_by_command_changes_the_answer_about_it_too():
    desk = Desk()
    desk.start("ja")
    desk.say("言語")

    desk.tap("English")

    assert (desk.case.patient.language, desk.answers()["start.lang"]) == ("en", "en")
    assert "For myself" in labels(desk)


def test_back_from_the_first_question_leads_to_the_language():
    desk = Desk()
    desk.start("en")

    desk.tap("Back")

    assert labels(desk) == ["English", "日本語", "简体中文", "Tiếng Việt", "العربية"]


def test_a_language_chosen_earlier_is_not_overruled_by_a_new_start():
    desk = Desk()
    desk.start("ja")

    desk.take(Started(language="en"))

    assert desk.case.patient.language == "ja"


@pytest.mark.parametrize("channel", OWN)
def test_where_nobody_else_carries_the_answers_no_other_way_is_offered(channel):
    desk = Desk(channel=channel)
    desk.start("en")

    walk(desk, *AGREED)

    assert labels(desk) == ["Yes", "No"]
    assert "reminders" in desk.heard[-1].text


@pytest.mark.parametrize(
    ("channel", "line"),
    [
        (ChannelKind.WEB, "You are on our secure web page."),
        (ChannelKind.TERMINAL, "Your answers stay on this computer."),
    ],
)
def test_the_privacy_line_of_the_page_and_of_the_terminal_is_told_all_the_same(channel, line):
    desk = Desk(channel=channel)
    desk.start("en")

    walk(desk, *AGREED)

    assert [line in body.text for body in desk.heard].count(True) == 1


@pytest.mark.parametrize("channel", CARRIED)
def test_a_service_between_us_is_named_once_beside_the_offer_of_the_page(channel):
    desk = Desk(channel=channel)
    desk.start("en")

    walk(desk, *AGREED)

    assert labels(desk) == ["Stay in this chat", "Use the web page"]
    assert ["our secure web page" in body.text for body in desk.heard].count(True) == 1


def test_the_summary_has_no_line_about_what_was_not_asked():
    desk = Desk()
    desk.start("en")
    walk(desk, *AGREED, "Yes", *ABOUT, *HEALTH, "Skip")

    [summary] = [body.text for body in desk.heard if "\n2. " in body.text]
    assert "How do you want to go on" not in summary
    assert "consent.channel" not in desk.answers()
