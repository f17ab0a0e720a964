import pytest

from handlers.core.changes import OpenTask, PutAnswer, Queue
from handlers.core.events import Chose
from handlers.core.messages import Lane
from handlers.core.values import ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import ABOUT, HEALTH, consented, submitted, walk


def labels(body):
    return [button.label for button in (*body.choices, *body.keys)]


def test_the_menu_leads_to_the_list_of_questions_and_from_there_to_an_answer():
    desk = walk(consented(), *ABOUT)
    desk.say("menu")

    desk.tap("Questions & answers")
    [said] = desk.tap("Can it cure me?")

    assert "There is no cure for Parkinson's today." in said.text


def test_an_answer_says_where_it_comes_from_and_that_it_is_a_draft():
    desk = walk(consented(), *ABOUT)
    desk.say("questions & answers")

    [said] = desk.tap("Can it cure me?")

    text = said.text.replace("\u2068", "").replace("\u2069", "")
    assert "Source: Movement Disorder Society 2013, 2021, Medwave 2018" in text
    assert "Draft of 24 November 2026, to be approved by the clinic's medical director." in text


def test_the_list_has_pages_that_come_round_and_every_topic_stands_on_one():
    desk = walk(consented(), *ABOUT)
    seen = set()
    desk.say("questions & answers")

    for _ in range(4):
        seen |= {choice.label for choice in desk.heard[-1].choices}
        desk.tap("More")

    topics = desk.around.protocol.faq
    catalog = desk.around.catalogs.get("en")
    assert {catalog.text(topic.key("label")) for topic in topics} <= seen


ASKED = [
    ("Can stem cells cure Parkinson's?", "There is no cure"),
    ("can it cuer me", "There is no cure"),
    ("is this safe", "No treatment is without risk"),
    ("how much does it cost??", "written quote"),
    ("Do I need a visa", "Visa for Medical Stay"),
    ("can i stop my medicne?", "Please do not stop or change any medicine"),
    ("am I eligible?", "Only the doctor can"),
    ("are exosomes approved?", "Exosomes are not cells"),
    ("who sees my answers?", "Only people of the clinic"),
    ("can you delete my data?", "fix or delete your data"),
    ("can I bring my medicines to Japan?", "Usually up to one month"),
]


@pytest.mark.parametrize(("words", "answer"), ASKED)
def test_a_question_in_the_patients_own_words_is_answered(words, answer):
    desk = walk(consented(), *ABOUT)

    [said] = desk.say(words)

    assert answer in said.text


@pytest.mark.parametrize(("words", "answer"), ASKED)
def test_everybody_who_is_answered_can_ask_a_person_and_go_on(words, answer):
    desk = walk(consented(), *ABOUT)

    [said] = desk.say(words)

    assert {"Ask a person", "Continue"} <= set(labels(said))


def test_a_question_in_japanese_is_answered_in_japanese():
    desk = walk(consented(), *ABOUT)
    desk.say("language")
    desk.tap("日本語")

    [said] = desk.say("幹細胞で治りますか")

    assert "完全に治す方法はありません" in said.text


def test_the_open_question_still_waits_after_an_answer():
    desk = walk(consented(), *ABOUT)
    before = desk.case.contact.dialogue.asked

    desk.say("Is it safe?")
    said = desk.tap("Continue")

    assert desk.case.contact.dialogue.asked == before
    assert "Who told you" in said[-1].text


def test_an_answer_to_the_open_question_is_never_taken_for_a_question():
    desk = walk(consented(), *ABOUT)

    desk.say("A brain doctor")

    assert desk.of(PutAnswer)[-1].answer.slot.link_id == "dx.by"


def test_words_that_an_open_text_takes_are_kept_and_the_topics_offered_beside():
    desk = walk(consented(), *ABOUT, *HEALTH[:12])
    desk.tap("Yes")

    said = desk.say("How much does it cost?")

    assert desk.of(PutAnswer)[-1].answer.values == ("How much does it cost?",)
    assert "How much is it?" in labels(said[0])


def test_a_question_with_nothing_open_is_answered_and_kept_for_a_person():
    desk = submitted()

    said = desk.say("How much does it cost?")

    assert "written quote" in said[-1].text
    assert any(task.kind == "message" for task in desk.of(OpenTask))


def test_whoever_says_that_they_feel_ill_gets_the_card_at_once_and_staff_a_task():
    desk = walk(consented(), *ABOUT)

    desk.say("i feel very ill")

    card = desk.of(Queue)[-1]
    assert card.lane is Lane.CARD
    assert "Please get help now. Call" in card.body.text
    assert any(task.kind == "flag-red" for task in desk.of(OpenTask))


def test_a_topic_on_feeling_ill_shows_the_card_by_tap():
    desk = walk(consented(), *ABOUT)
    desk.say("questions & answers")

    desk.tap("More")
    desk.say("questions & answers")
    while "I feel ill now" not in {choice.label for choice in desk.heard[-1].choices}:
        desk.tap("More")
    [said] = desk.tap("I feel ill now")

    assert "Please get help now." in said.text


def test_a_button_of_a_topic_that_is_gone_shows_the_list():
    desk = walk(consented(), *ABOUT)

    [said] = desk.take(Chose("c:faq:deadbeef"))

    assert "What would you like to know?" in said.text


def test_no_button_of_a_topic_says_a_word_about_health():
    desk = walk(consented(), *ABOUT)

    [said] = desk.say("questions & answers")

    assert all("cure" not in choice.data and len(choice.data) <= 64 for choice in said.choices)


def test_the_menu_fits_whatsapps_list():
    desk = Desk(ChannelKind.WHATSAPP)
    desk.start("en")

    [said] = desk.say("menu")

    assert len(said.choices) <= 9


def test_the_same_words_given_again_lead_on_though_they_are_near_a_topics_word():
    desk = walk(consented(), "=Works Tester", "Yes")
    desk.say("change 7")

    walk(desk, "=Works Tester", "Yes")

    assert "as in the passport" in desk.heard[-1].text
