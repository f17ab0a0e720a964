"""What one part of the intake asks decides what later parts ask, whenever it is changed."""

from handlers.core.events import Chose
from handlers.core.frozen import replace
from handlers.core.values import Language
from tests.handlers.parts import SECOND, PartsDesk


def begun(ill: str = "Yes", *more: str) -> PartsDesk:
    """Return a desk that stands at the first question of the second part."""
    desk = PartsDesk().sent(ill, *more)
    desk.say("Continue")
    return desk


def asked(desk: PartsDesk) -> str:
    return desk.heard[-1].text.splitlines()[-1]


def test_a_question_that_hangs_on_an_earlier_part_is_asked_where_its_answer_says_so():
    assert asked(begun("Yes")) == "tired?"


def test_it_is_not_asked_where_the_answer_says_otherwise():
    assert asked(begun("No")) == "walk?"


def test_the_carried_question_itself_is_never_asked_and_never_stored_again():
    desk = begun("Yes").walk("Yes", "Yes")

    answered = [str(slot) for response in desk.case.responses[-1:] for slot in response.answers]

    assert answered == ["tired", "walk"]


def test_changing_the_answer_in_the_first_part_changes_the_path_of_the_part_under_way():
    desk = begun("No")
    first = desk.case.responses[0]

    desk.change(first, "ill", "yes")
    desk.say("Continue")

    assert asked(desk) == "tired?"


def test_a_carried_answer_whose_own_question_is_no_longer_asked_counts_for_nothing():
    desk = begun("Yes", "Long").walk("Yes")
    before = asked(desk)

    desk.change(desk.case.responses[0], "ill", "no")
    desk.say("Continue")

    assert (before, asked(desk)) == ("worse?", "walk?")


def test_a_skipped_answer_carries_nothing():
    desk = begun("Skip")

    assert asked(desk) == "walk?"


def in_language(language: str) -> PartsDesk:
    """Return a desk at the second part, one of whose questions has a text in English only."""
    desk = PartsDesk().sent("No")
    pack = desk.around.protocol
    second = pack.questionnaires[SECOND["url"]]
    items = tuple(replace(i, languages=("en",)) if i.link_id == "walk" else i for i in second.items)
    second = replace(second, items=items, by_link_id={item.link_id: item for item in items})
    pack = replace(pack, questionnaires={**pack.questionnaires, second.url: second})
    desk.around = replace(desk.around, protocol=pack)
    desk.case = replace(desk.case, patient=replace(desk.case.patient, language=Language(language)))
    desk.take(Chose("c:continue"))
    return desk


def test_a_question_without_a_text_in_the_language_is_not_asked_in_it():
    desk = in_language("ja")

    assert [r.status for r in desk.case.responses if r.questionnaire == SECOND["url"]] == ["completed"]
    assert "walk" not in desk.answers()


def test_in_its_own_language_it_is_asked():
    assert asked(in_language("en")) == "walk?"
