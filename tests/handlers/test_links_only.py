"""What a chat says and keeps that carries links only (WHATSAPP_CONTENT=link)."""

import pytest

from handlers.core.buttons import command_data
from handlers.core.case import Reach
from handlers.core.changes import (
    AddDocument,
    AddInvitation,
    OpenTask,
    PutAnswer,
    Queue,
    RaiseFlag,
    SettleInbox,
)
from handlers.core.events import Chose, FileKind, SentDocument
from handlers.core.frozen import replace
from handlers.core.messages import Choice, Lane, Phrase, Say
from handlers.core.templates import INTAKE_REMINDER
from handlers.core.values import Purpose
from handlers.neutral import neutralised
from tests.handlers.desk import CLINIC
from tests.handlers.paths import walk
from tests.handlers.two_doors import PAGE, agreed, arrived, on_the_page, treated

REMINDS = (("continue", "intake"), ("later", "later"), ("stop", "stop"))
SAID = ("My hands shake", "7", "yes", "Parkinson's disease", "change 3", "menu", "why")


def test_a_hello_is_answered_with_a_one_time_link_and_no_question():
    desk = arrived()

    [body] = desk.heard
    [made] = desk.of(AddInvitation)
    assert f"{PAGE}/chat/i/{made.code}" in body.text
    assert made.contact == desk.case.contact.id
    assert not body.choices


def test_the_link_leads_to_the_first_question_of_the_same_patient():
    desk = arrived()

    said = desk.opens_the_link()

    assert "For myself" in [button.label for body in said for button in body.choices]
    assert len(desk.case.others) == 1


@pytest.mark.parametrize("words", SAID)
def test_whatever_is_typed_is_answered_with_a_link_and_nothing_of_it_is_kept(words):
    desk = agreed().chat()
    before = len(desk.log)

    [body] = desk.say(words)

    assert PAGE in body.text
    told = desk.log[before:]
    assert not [change for change in told if isinstance(change, PutAnswer | OpenTask | RaiseFlag)]
    [settled] = [change for change in told if isinstance(change, SettleInbox)]
    assert (settled.keep, settled.text) == (False, "")


def test_a_file_is_not_fetched_and_the_way_to_the_page_is_shown():
    desk = agreed().chat()

    [body] = desk.take(SentDocument("ref", FileKind.DOCUMENT, "letter.pdf"))

    assert PAGE in body.text
    assert not desk.of(AddDocument)


def test_danger_words_are_told_to_staff():
    desk = agreed().chat()

    desk.say("I have chest pain")

    assert [flag.rule for flag in desk.of(RaiseFlag)] == ["words-seen"]
    assert desk.of(OpenTask)[-1].kind == "flag-red"


def test_the_emergency_text_comes_at_once_and_the_whole_card_stands_on_the_page():
    desk = agreed().chat()
    door, [page] = desk.case.contact, desk.case.others

    desk.say("I have chest pain")

    cards = {change.contact: change.body.text for change in desk.of(Queue) if change.lane is Lane.CARD}
    assert "Parkinson" in cards[page.id]
    assert "Parkinson" not in cards[door.id]
    assert "emergency room" in cards[door.id]


def test_thoughts_of_self_harm_bring_the_crisis_card_as_it_is():
    said = agreed().chat().say("I want to die")

    assert "glad you told me" in said[0].text


def test_an_opening_says_only_that_a_message_waits():
    desk = treated()

    [body] = desk.tick("M1")

    assert "check-in" not in body.text
    assert "Test" not in body.text
    assert PAGE in body.text
    assert [button.label for button in body.choices] == ["Later", "Stop messages"]


def test_outside_the_window_the_opening_is_a_template_that_names_nobody():
    desk = treated()

    [body] = desk.tick("M1")

    assert body.template.name == "page_link_v1"
    assert body.template.parameters == ("Sample Clinic",)
    assert [data.rpartition(":")[2] for data in body.template.payloads] == ["start", "later", "stop"]


def test_behind_the_link_the_check_in_itself_waits():
    desk = treated()
    desk.tick("M1")

    said = desk.opens_the_link()
    desk.tap("Start")

    assert "check-in" in said[-1].text
    assert desk.step("M1").response is not None


def test_news_go_on_coming_to_the_chat_after_the_page_was_opened():
    desk = on_the_page()

    assert not desk.case.contact.preferred
    assert desk.chat().case.contact.preferred


def test_stop_is_obeyed_in_the_chat():
    desk = agreed().chat()

    [body] = desk.say("STOP")

    assert Purpose.MESSAGES not in desk.case.patient.purposes
    assert "no more reminders" in body.text


def test_a_helper_on_the_page_is_a_helper_in_the_chat_too():
    desk = walk(on_the_page(), "For family or friend")

    assert {desk.case.contact.by, *(one.by for one in desk.case.others)} == {"helper"}


def test_a_chat_that_was_blocked_is_no_door_any_more():
    desk = arrived()
    desk.case = replace(desk.case, contact=replace(desk.case.contact, reach=Reach.BLOCKED))

    desk.opens_the_link()

    assert desk.case.contact.preferred


def test_a_reminder_of_the_intake_is_the_same_neutral_line_with_its_own_answers():
    case, world = agreed().chat().case, agreed().around.world(CLINIC)
    buttons = [(command_data(name), f"talk.button.{label}") for name, label in REMINDS]
    choices = tuple(Choice(data, Phrase(label)) for data, label in buttons)
    wanted = {"template": INTAKE_REMINDER.filled("en", ("A", "B"), ()), "follow_up": "f1"}

    found = neutralised([(Say((Phrase("talk.part.reminder"),), choices=choices), wanted)], case, world)

    [(say, kept)] = found.says
    assert (say.texts[0].key, kept["follow_up"]) == ("link.waits", "f1")
    assert kept["template"].payloads == ("c:continue", "c:later", "c:stop")


def test_later_is_taken_for_what_it_is():
    [body] = agreed().chat().take(Chose("c:later"))

    assert "later" in body.text
    assert PAGE not in body.text
