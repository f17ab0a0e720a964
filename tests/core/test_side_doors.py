"""Skip, back, why and change."""

import pytest

from handlers.core import step as engine
from handlers.core.values import (
    Absent,
    ChannelKind,
    Coding,
)
from tests.core.builders.talk import choice, load, made, shown, slot, talk

WHATSAPP = ChannelKind.WHATSAPP


THREE = (choice("a", "x", "y"), choice("b", "x", "y"), choice("c", "x", "y"))


def skippable(*, yes):
    return [{"url": "https://yorisoi.example/fhir/StructureDefinition/skippable", "valueBoolean": yes}]


def test_a_skip_is_stored_as_a_skip_and_never_as_a_no():
    conversation = talk(made(*THREE)).tap("a", "skip")

    assert conversation.turn.answers[slot("a")].absent is Absent.SKIPPED
    assert conversation.asked == "b"


@pytest.mark.parametrize("leave", ["skip", "back", "change"])
def test_danger_signs_that_are_ticked_are_stored_however_the_question_is_left(leave):
    questionnaire = made(choice("first", "x"), choice("a", "x", "y", "none!", repeats=True), choice("b", "x"))
    conversation = talk(questionnaire, red=frozenset({"a"})).tap("first", "x").tap("a", "x")
    if leave == "change":
        conversation.do(engine.revise, slot("first"))
    else:
        conversation.say(leave)

    assert conversation.answers == {"first": "x", "a": "x"}
    assert conversation.turn.crossed == {"a"}
    assert conversation.asked == ("b" if leave == "skip" else "first")


def test_ticks_under_any_other_question_are_left_behind_by_skip():
    conversation = talk(made(choice("a", "x", repeats=True), choice("b", "x"))).tap("a", "x").say("skip")

    assert conversation.answers == {"a": None}


NOT_SURE = [
    (choice("a", "x", "y"), {}, True),
    (choice("a", "x", "y", "none!", repeats=True), {}, True),
    ({"linkId": "a", "type": "boolean", "text": "a"}, {}, True),
    (choice("a", "x", "y", extension=skippable(yes=False)), {}, False),
    (choice("a", "x", "y"), {"red": frozenset({"a"})}, False),
    (choice("a", "x", "y"), {"consents": frozenset({"a"})}, False),
]


@pytest.mark.parametrize("way", ["typed", "tapped"])
@pytest.mark.parametrize(("item", "more", "taken"), NOT_SURE)
def test_not_sure_answers_every_question_that_may_be_left_but_consent_and_danger(item, more, taken, way):
    conversation = talk(made(item), **more)
    is_offered = "unsure" in conversation.doors

    conversation.say("not sure") if way == "typed" else conversation.tap("a", "unsure")

    answer = conversation.turn.answers.get(slot("a"))
    assert (is_offered, answer is not None and answer.absent is Absent.UNKNOWN) == (taken, taken)


def test_a_question_that_has_not_sure_among_its_options_has_no_second_one():
    conversation = talk(made(choice("a", "x", "ns")))

    assert ("unsure" in conversation.doors, conversation.say("not sure").answers) == (False, {"a": "ns"})


def test_required_questions_may_be_skipped():
    assert talk(made(choice("a", "x", required=True), *THREE[1:])).say("skip").asked == "b"


def test_what_cannot_be_skipped_is_asked_again():
    conversation = talk(made(choice("a", "x", extension=skippable(yes=False)), *THREE[1:]))

    assert "skip" not in conversation.doors
    assert conversation.say("skip").keys[0] == "chat.cannot_skip"


def test_two_options_with_one_code_are_ticked_apart():
    options = [{"valueCoding": {"system": f"urn:{s}", "code": "1", "display": s}} for s in ("one", "two")]
    item = {"linkId": "a", "type": "choice", "text": "?", "repeats": True, "answerOption": options}
    conversation = talk(made(item, choice("b", "x"))).tap("a", "urn:two|1", "done")

    assert conversation.turn.answers[slot("a")].values == (Coding("1", "urn:two", "two"),)


def test_a_long_answer_is_shown_in_short_when_its_question_is_asked_again():
    text = {"linkId": "a", "type": "text", "text": "?", "repeats": False}
    conversation = talk(made(text, choice("b", "x")), channel=WHATSAPP).say("word " * 400, "back")
    now = conversation.last.texts[1].values["answer"].values["value"]

    assert len(now) <= 256
    assert now.endswith("…")


def test_back_asks_the_question_before_and_then_goes_on_where_it_was():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "y").say("back")

    assert conversation.asked == "b"
    assert "chat.answer_now" in conversation.keys
    assert conversation.tap("b", "x").asked == "c"


def test_back_twice_goes_two_questions_back():
    assert talk(made(*THREE)).tap("a", "x").tap("b", "x").say("back", "back").asked == "a"


def test_back_at_the_first_question_says_so():
    assert talk(made(*THREE)).say("back").keys[0] == "chat.first_question"


def test_back_after_the_end_asks_the_last_question():
    conversation = talk(made(choice("a", "x"))).tap("a", "x").do(engine.back)

    assert conversation.asked == "a"


def test_keep_leaves_an_answer_as_it_was():
    conversation = talk(made(*THREE)).tap("a", "x").say("back").tap("a", "keep")

    assert (conversation.answers, conversation.asked) == ({"a": "x"}, "b")
    assert conversation.turn.puts == ()


def test_why_is_answered_and_the_question_asked_again():
    conversation = talk(load("our-extensions")).say("why")

    assert conversation.keys == ["our-extensions/birth#why", "our-extensions/birth#text"]


def test_answers_are_numbered_as_the_summary_shows_them():
    conversation = talk(made(*THREE)).tap("a", "x").say("skip")

    assert [(number, item.link_id) for number, item, _ in engine.numbered(conversation.scene)] == [
        (1, "a"),
        (2, "b"),
    ]


def test_a_numbered_answer_is_asked_again():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").do(engine.revise, slot("a"))

    assert (conversation.asked, conversation.tap("a", "y").asked) == ("a", "c")


def test_a_summary_line_holds_the_question_and_the_answer():
    conversation = talk(made(*THREE)).tap("a", "x")

    line = engine.summary_line(conversation.scene, conversation.questionnaire.item("a"), slot("a"))

    assert (line.key, shown(line.values["answer"])) == ("chat.summary_line", "X")


@pytest.mark.parametrize("door", ["done", "more", "keep"])
@pytest.mark.parametrize("item", [choice("a", "x", "y"), {"linkId": "a", "type": "date", "text": "?"}])
def test_a_typed_door_that_leads_nowhere_here_is_met_with_words(item, door):
    conversation = talk(made(item)).say(door)

    assert conversation.turn.says
    assert conversation.turn.answers == {}
