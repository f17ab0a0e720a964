"""Files, and what hangs on an answer."""

from datetime import UTC, date, datetime

from handlers.core import step as engine
from handlers.core.values import (
    Coding,
    DocumentId,
    FileRef,
    PartialDate,
)
from tests.core.builders.talk import choice, load, made, slot, talk, when

THREE = (choice("a", "x", "y"), choice("b", "x", "y"), choice("c", "x", "y"))


def test_a_file_answers_a_question_for_a_file():
    photo = FileRef(DocumentId("d1"), "image/png")
    conversation = talk(load("type-attachment")).do(engine.receive_file, photo)

    assert (conversation.answers, conversation.asked) == ({"q": "d1"}, "after")


def test_a_file_of_the_wrong_type_is_explained():
    conversation = talk(load("constraints"))
    conversation.do(engine.skip).do(engine.skip).do(engine.skip)

    conversation.do(engine.receive_file, FileRef(DocumentId("d1"), "text/html"))

    assert conversation.keys[0] == "chat.check.file_type"


def test_a_file_that_nobody_asked_for_is_left_to_others():
    conversation = talk(made(*THREE)).do(engine.receive_file, FileRef(DocumentId("d1")))

    assert (conversation.turn.says, conversation.answers) == ((), {})


def test_a_changed_answer_opens_its_branch():
    branch = choice("b", "x", enableWhen=[when("a", "=", answerCoding={"code": "x"})])
    conversation = talk(made(THREE[0], branch, THREE[2])).tap("a", "y").say("back").tap("a", "x")

    assert conversation.asked == "b"


def test_answers_on_a_closed_branch_stay_stored():
    branch = choice("b", "x", enableWhen=[when("a", "=", answerCoding={"code": "x"})])
    conversation = talk(made(THREE[0], branch, THREE[2])).tap("a", "x").tap("b", "x")

    conversation.do(engine.revise, slot("a")).tap("a", "y")

    assert conversation.answers == {"a": "y", "b": "x"}
    assert [item.link_id for _, item, _ in engine.numbered(conversation.scene)] == ["a"]


def test_a_month_that_was_to_come_when_it_was_told_stays_an_answer_when_it_has_passed():
    coming = {"url": "https://yorisoi.example/fhir/StructureDefinition/notPast", "valueBoolean": True}
    month = {"linkId": "d", "type": "date", "text": "?", "extension": [coming]}
    conversation = talk(made(choice("a", "x", "y"), month, choice("z", "x")))
    conversation.tap("a", "x").say("3 March 2027").more["now"] = datetime(2027, 6, 1, 12, tzinfo=UTC)

    conversation.do(engine.revise, slot("a")).tap("a", "y")

    assert (conversation.turn.drops, conversation.answers["d"]) == ((), "2027-03-03")


def test_an_answer_that_breaks_a_rule_after_a_change_is_dropped_and_asked_again():
    conversation = talk(
        made(choice("a", "x", "y"), {"linkId": "d", "type": "date", "text": "?"}, choice("z", "x"))
    )
    conversation.tap("a", "x").say("3 March 1950")
    conversation.more["birth"] = date(1960, 1, 1)

    conversation.do(engine.revise, slot("a")).tap("a", "y")

    assert conversation.turn.drops == (slot("d"),)
    assert (conversation.asked, conversation.answers) == ("d", {"a": "y"})


def test_an_option_that_is_not_offered_any_more_is_dropped_after_a_change():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x")
    conversation.more["shown"] = {"b": frozenset({"y"})}

    conversation.do(engine.revise, slot("a")).tap("a", "y")

    assert conversation.turn.drops == (slot("b"),)


def test_the_same_answer_again_is_not_stored_twice():
    conversation = talk(made(*THREE)).tap("a", "x").say("back").tap("a", "x")

    assert conversation.turn.puts == ()


def test_a_partial_date_keeps_its_precision():
    conversation = talk(load("our-extensions")).say("skip", "March 2019")

    assert conversation.turn.answers[slot("since")].values == (PartialDate(2019, 3),)


def test_a_country_is_matched_against_the_built_in_list():
    conversation = talk(load("our-extensions"), vocabulary={"iso3166": {"germany": "DE"}})
    conversation.do(engine.revise, slot("country")).say("Germany")

    assert conversation.turn.answers[slot("country")].values == (Coding("DE", "", "Germany"),)
