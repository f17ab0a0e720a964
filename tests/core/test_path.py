import sys

import pytest
from hypothesis import given as drawn, settings, strategies as st

from handlers.core.path import is_asked, next_open, progress, silent, slots, stop_at
from handlers.core.values import Absent, Answer, Coding, Slot
from tests.core.builders.talk import NOON, ROOT, choice, load, made, when

TINY = sorted(path.stem for path in (ROOT / "tests" / "questionnaires").glob("*.json"))


def some_answers(questionnaire):
    """Answer some of the places, in up to two instances of what repeats, with what conditions look for."""
    looked_for = [c.value for item in questionnaire.walk() for c in item.enable_when]
    values = st.sampled_from([True, False, Coding("x"), Coding("y"), *looked_for])
    places = [
        Slot(item.link_id, instance)
        for item in questionnaire.walk()
        for instance in [(0,) * len(item.repeating), (1,) * len(item.repeating)]
    ]
    answered = st.dictionaries(st.sampled_from(places), values, max_size=len(places))
    return answered.map(lambda known: given(*known.items()))


def given(*pairs):
    answers = [
        Answer(slot if isinstance(slot, Slot) else Slot(slot), (value,), NOON) for slot, value in pairs
    ]
    return {answer.slot: answer for answer in answers}


def path(questionnaire, answers=None, calculated=None):
    return [str(slot) for _, slot in slots(questionnaire, answers or {}, calculated or {})]


def test_questions_and_displays_stand_in_document_order():
    assert path(load("displays")) == ["hello", "a", "note", "b", "bye"]


def test_hidden_read_only_and_calculated_items_are_not_on_the_path():
    assert path(load("initial")) == ["colour", "size"]
    assert "calc.age" not in path(load("our-extensions"))


def test_silent_items_with_an_initial_value_answer_themselves():
    assert [str(slot) for _, slot in silent(load("initial"), {}, {})] == ["fixed", "hidden"]


def test_items_under_a_question_follow_its_answer():
    questionnaire = load("items-under-a-question")

    assert path(questionnaire) == ["smoke", "after"]
    assert path(questionnaire, given(("smoke", True))) == ["smoke", "much", "after"]


def test_a_note_under_a_question_belongs_to_its_message():
    assert "note" not in path(load("items-under-a-question"), given(("smoke", True)))


def test_after_each_instance_of_a_repeating_group_another_one_is_offered():
    assert path(load("repeating-group")) == ["name#0", "daily#0", "medicines#0", "after"]


def test_another_instance_opens_after_a_yes():
    answers = given((Slot("medicines", (0,)), True))

    assert path(load("repeating-group"), answers)[3:] == ["name#1", "daily#1", "medicines#1", "after"]


def test_no_other_instance_is_offered_once_there_are_enough():
    answers = given((Slot("medicines", (0,)), True), (Slot("medicines", (1,)), True))

    assert path(load("repeating-group"), answers)[-3:] == ["name#2", "daily#2", "after"]


def test_instances_that_must_be_there_are_asked_without_offering():
    extension = [
        {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs", "valueInteger": 2}
    ]
    group = {
        "linkId": "g",
        "type": "group",
        "repeats": True,
        "extension": extension,
        "item": [choice("a", "x")],
    }

    assert path(made(group)) == ["a#0", "a#1", "g#1"]


def test_repeating_groups_may_stand_in_one_another():
    inner = {"linkId": "in", "type": "group", "repeats": True, "item": [choice("a", "x")]}
    questionnaire = made({"linkId": "out", "type": "group", "repeats": True, "item": [inner]})

    found = path(questionnaire, given((Slot("in", (0, 0)), True), (Slot("out", (0,)), True)))

    assert found == ["a#0.0", "in#0.0", "a#0.1", "in#0.1", "out#0", "a#1.0", "in#1.0", "out#1"]


def test_a_skip_closes_a_question():
    questionnaire = made(choice("a", "x"), choice("b", "x"))
    answers = {Slot("a"): Answer(Slot("a"), (), NOON, absent=Absent.SKIPPED)}

    stop = next_open(slots(questionnaire, answers, {}), answers)

    assert stop is not None
    assert stop[1] == Slot("b")


def test_progress_counts_a_branch_when_it_opens():
    questionnaire = made(
        choice("a", "x", "y"), choice("b", "x", enableWhen=[when("a", "=", answerCoding={"code": "x"})])
    )
    closed, opened = given(("a", Coding("y"))), given(("a", Coding("x")))

    assert progress(questionnaire, slots(questionnaire, {}, {}), {}) == (1, 1)
    assert progress(questionnaire, slots(questionnaire, closed, {}), closed) == (1, 1)
    assert progress(questionnaire, slots(questionnaire, opened, {}), opened) == (2, 2)


def calls_to_find_slots(items: int) -> int:
    """Count the Python calls that the path of a questionnaire with so many items takes."""
    conditions = [[], [], [when("q0", "=", answerCoding={"code": "a"})]]
    questionnaire = made(*(choice(f"q{n}", "a", "b", enableWhen=conditions[n % 3]) for n in range(items)))
    answers = given(*((f"q{n}", Coding("a")) for n in range(items - 10)))
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    try:
        slots(questionnaire, answers, {})
    finally:
        sys.setprofile(None)
    return counted


def test_the_work_for_a_path_grows_with_the_items_and_no_faster():
    assert calls_to_find_slots(342) < 2.5 * calls_to_find_slots(171)


@settings(max_examples=60, deadline=None)
@drawn(st.data())
@pytest.mark.parametrize("name", TINY)
def test_a_question_is_found_without_walking_exactly_where_the_path_has_it(name, data):
    questionnaire = load(name)
    answers = data.draw(some_answers(questionnaire))
    places = {*(Slot(link_id) for link_id in questionnaire.order), *answers}

    walked = {stop[1]: stop for stop in slots(questionnaire, answers, {}) if is_asked(stop)}

    assert {place: stop_at(questionnaire, answers, {}, place) for place in places} == {
        place: walked.get(place) for place in places
    }
