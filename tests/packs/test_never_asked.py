"""The linter finds what nobody is ever asked, and rules that wait for it."""

import copy

import pytest

from tests.packs.further import SHORT, add, exists, found, item, rule, when

HIDDEN = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}


def test_a_question_that_needs_two_answers_at_once_is_never_asked(small):
    both = [when("well", "yes"), when("well", "no")]
    add(small, item("pain", "a", enableWhen=both, enableBehavior="all"))

    assert found(small) == [f"{SHORT}: pain: is never asked: it needs two answers of well at once"]


def of_age(operator, years):
    return {"question": "age", "operator": operator, "answerInteger": years}


@pytest.mark.parametrize(
    ("one", "other", "is_never"),
    [
        (of_age(">=", 18), of_age("<", 18), True),
        (of_age(">", 18), of_age("<=", 18), True),
        (of_age(">=", 18), of_age("<=", 18), False),
        (of_age("=", 17), of_age(">=", 18), True),
        (of_age("=", 17), of_age("!=", 17), True),
        (of_age("=", 19), of_age(">=", 18), False),
        (of_age(">=", 18), exists("age", there=False), True),
        (of_age("!=", 18), exists("age", there=False), False),
    ],
)
def test_conditions_that_exclude_each_other_are_found(small, one, other, is_never):
    both = item("pain", "a", enableWhen=[one, other], enableBehavior="all")
    age = item("age", type="integer")
    del age["answerOption"]
    add(small, age, both)

    expected = [f"{SHORT}: pain: is never asked: it needs two answers of age at once"]
    assert found(small) == (expected if is_never else [])


def test_either_of_two_answers_may_lead_to_a_question(small):
    either = [when("well", "yes"), when("well", "no")]
    add(small, item("pain", "a", enableWhen=either, enableBehavior="any"))

    assert found(small) == []


def test_a_question_behind_a_hidden_one_that_nobody_fills_is_never_asked(small):
    hidden = item("secret", "a")
    hidden["extension"].append(HIDDEN)
    add(small, hidden, item("pain", "a", enableWhen=[when("secret", "a")]))

    assert found(small) == [
        f"{SHORT}: pain: is never asked: it waits for secret, which is hidden and never filled"
    ]


def test_a_hidden_question_that_another_questionnaire_asks_is_filled(small):
    hidden = item("mood", "a")
    hidden["extension"].append(HIDDEN)
    add(small, hidden, item("pain", "a", enableWhen=[when("mood", "a")]))
    other = copy.deepcopy(small.files[SHORT]) | {"id": "other", "url": "https://example.org/other"}
    other["item"] = [item("mood", "a")]
    small.files["other.questionnaire.json"] = other
    small.files["protocol.json"]["intake"] = ["other", "short"]

    assert found(small) == []


def test_what_waits_for_something_that_is_never_asked_is_never_asked_either(small):
    both = [when("well", "yes"), when("well", "no")]
    add(
        small,
        item("pain", "a", enableWhen=both, enableBehavior="all"),
        item("where", "a", enableWhen=[exists("pain", there=True)]),
        item("else", "a", enableWhen=[exists("pain", there=False)]),
    )

    assert f"{SHORT}: where: is never asked: it waits for pain, which is never asked" in found(small)
    assert not any(": else: " in line for line in found(small))


def test_a_questionnaire_that_nobody_asks_is_found(small):
    other = copy.deepcopy(small.files[SHORT]) | {"id": "other", "url": "https://example.org/other"}
    small.files["other.questionnaire.json"] = other

    assert found(small) == [
        "other.questionnaire.json: other: neither the intake nor a step asks this questionnaire"
    ]


def test_a_rule_on_an_item_that_is_never_asked_is_found(small):
    both = [when("well", "yes"), when("well", "no")]
    add(small, item("pain", "a", enableWhen=both, enableBehavior="all"))
    small.files["prescreen.json"] = rule("pain")

    assert "prescreen.json: P1: waits for pain, which is never asked" in found(small)


def test_a_rule_on_a_text_that_takes_no_answer_is_found(small):
    add(small, {"linkId": "note", "text": "Thank you.", "type": "display"})
    small.files["prescreen.json"] = rule("note", "MISSING", "missing", None)

    assert "prescreen.json: P1: waits for note, which takes no answer" in found(small)


def test_a_prescreen_rule_on_a_check_in_is_found(small):
    other = copy.deepcopy(small.files[SHORT]) | {"id": "other", "url": "https://example.org/other"}
    other["item"] = [item("pain", "a")]
    small.files["other.questionnaire.json"] = other
    small.files["protocol.json"]["steps"][0]["questionnaire"] = "other"
    small.files["prescreen.json"] = rule("pain")

    assert found(small) == ["prescreen.json: P1: waits for pain, which is not asked there"]
