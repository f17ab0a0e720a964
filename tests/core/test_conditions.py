from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from handlers.core.comparing import compared, same
from handlers.core.conditions import is_enabled
from handlers.core.questionnaire import Operator
from handlers.core.values import Absent, Answer, Coding, PartialDate, Quantity, Slot, Url
from tests.core.builders.talk import NOON, choice, load, made, when

YES, NO = {"answerCoding": {"code": "yes"}}, {"answerCoding": {"code": "no"}}


def answers(**given):
    return {Slot(name): Answer(Slot(name), values, NOON) for name, values in given.items()}


def enabled(questionnaire, link_id, given, calculated=None):
    item = questionnaire.item(link_id)
    return is_enabled(item, questionnaire=questionnaire, answers=given, calculated=calculated or {})


def asked_if(*conditions, behaviour="all", **more):
    return made(
        choice("one", "yes", "no", repeats=True),
        choice("two", "yes", "no"),
        {
            "linkId": "then",
            "type": "string",
            "enableWhen": list(conditions),
            "enableBehavior": behaviour,
            **more,
        },
    )


@pytest.mark.parametrize(
    ("operator", "answer", "given", "expected"),
    [
        ("exists", {"answerBoolean": True}, ("yes",), True),
        ("exists", {"answerBoolean": True}, (), False),
        ("exists", {"answerBoolean": False}, ("yes",), False),
        ("exists", {"answerBoolean": False}, (), True),
        ("=", YES, ("yes",), True),
        ("=", YES, ("no",), False),
        ("=", YES, ("no", "yes"), True),
        ("=", YES, (), False),
        ("!=", YES, ("no",), True),
        ("!=", YES, ("no", "yes"), False),
        ("!=", YES, (), True),
    ],
)
def test_operators_mean_what_hl7_says_with_and_without_an_answer(operator, answer, given, expected):
    questionnaire = asked_if(when("one", operator, **answer))

    found = enabled(questionnaire, "then", answers(one=tuple(Coding(code) for code in given)))

    assert found is expected


def test_a_question_never_asked_counts_as_unanswered():
    questionnaire = asked_if(when("one", "!=", **YES))

    assert enabled(questionnaire, "then", {})


def test_a_skipped_question_counts_as_unanswered():
    questionnaire = asked_if(when("one", "exists", answerBoolean=True))
    skipped = {Slot("one"): Answer(Slot("one"), (), NOON, absent=Absent.SKIPPED)}

    assert not enabled(questionnaire, "then", skipped)


@pytest.mark.parametrize(("behaviour", "expected"), [("all", False), ("any", True)])
def test_any_needs_one_condition_and_all_needs_each(behaviour, expected):
    questionnaire = asked_if(when("one", "=", **YES), when("two", "=", **YES), behaviour=behaviour)

    found = enabled(questionnaire, "then", answers(one=(Coding("yes"),), two=(Coding("no"),)))

    assert found is expected


def test_a_disabled_question_counts_as_unanswered_even_if_its_answer_is_stored():
    questionnaire = made(
        choice("one", "yes", "no"),
        choice("two", "yes", "no", enableWhen=[when("one", "=", **YES)]),
        {"linkId": "then", "type": "string", "enableWhen": [when("two", "=", **YES)]},
    )
    stored = answers(one=(Coding("no"),), two=(Coding("yes"),))

    assert not enabled(questionnaire, "then", stored)


def test_a_disabled_group_disables_what_is_in_it():
    inner = {"linkId": "in", "type": "group", "item": [choice("deep", "x")]}
    questionnaire = made(
        choice("one", "yes", "no"),
        {"linkId": "g", "type": "group", "enableWhen": [when("one", "=", **YES)], "item": [inner]},
    )

    assert not enabled(questionnaire, "deep", answers(one=(Coding("no"),)))
    assert enabled(questionnaire, "deep", answers(one=(Coding("yes"),)))


def test_an_item_under_a_question_needs_its_answer():
    questionnaire = load("items-under-a-question")

    assert not enabled(questionnaire, "much", answers(smoke=(False,)))
    assert enabled(questionnaire, "much", answers(smoke=(True,)))


def test_a_calculated_item_has_the_engines_value():
    questionnaire = load("our-extensions")

    assert enabled(questionnaire, "old", {}, {"age": 80})
    assert not enabled(questionnaire, "old", {}, {"age": 40})
    assert not enabled(questionnaire, "old", {})


def test_inside_a_repeating_group_the_same_instance_is_meant():
    questionnaire = load("repeating-group")
    given = {
        Slot("daily", (0,)): Answer(Slot("daily", (0,)), (True,), NOON),
        Slot("daily", (1,)): Answer(Slot("daily", (1,)), (False,), NOON),
    }

    found = [
        is_enabled(
            questionnaire.item("times"), (n,), questionnaire=questionnaire, answers=given, calculated={}
        )
        for n in (0, 1)
    ]

    assert found == [True, False]


@pytest.mark.parametrize(("place", "expected"), [("after", True), ("before", False)])
def test_from_outside_a_repeating_group_the_nearest_instance_is_meant(place, expected):
    group = {"linkId": "g", "type": "group", "repeats": True, "item": [{"linkId": "in", "type": "boolean"}]}
    item = {"linkId": "then", "type": "string", "enableWhen": [when("in", "=", answerBoolean=True)]}
    questionnaire = made(*((group, item) if place == "after" else (item, group)))
    given = {
        slot: Answer(slot, (value,), NOON)
        for slot, value in [(Slot("in", (0,)), False), (Slot("g", (0,)), True), (Slot("in", (1,)), True)]
    }

    assert enabled(questionnaire, "then", given) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, True),
        (5, Decimal("5.0")),
        (Coding("a", "urn:x"), Coding("a")),
        (PartialDate(2019, 3, about=True), PartialDate(2019, 3)),
        (Quantity(Decimal(1), "kg"), Quantity(Decimal("1.0"), "kg")),
        (Quantity(Decimal(1), "kg"), Quantity(Decimal(1000), "g")),
        (Quantity(Decimal("98.6"), "[degF]"), Quantity(Decimal(37), "Cel")),
        (Url("a"), Url("a")),
    ],
)
def test_equal_values(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (0, False),
        (Coding("a", "urn:x"), Coding("a", "urn:y")),
        (Coding("a"), "a"),
        (PartialDate(2019), PartialDate(2019, 3)),
        (Quantity(Decimal(1), "kg"), Quantity(Decimal(1), "g")),
    ],
)
def test_different_values(one, other):
    assert not same(one, other)


@pytest.mark.parametrize(
    ("one", "operator", "other", "expected"),
    [
        (5, ">", 4, True),
        (5, ">", 5, False),
        (5, ">=", Decimal("5.0"), True),
        (Decimal("1.5"), "<", 2, True),
        (Quantity(Decimal(70), "kg"), "<=", Quantity(Decimal(70), "kg"), True),
        (Quantity(Decimal(70), "kg"), "<=", Quantity(Decimal(70), "g"), False),
        (Quantity(Decimal(67), "[in_i]"), ">", Quantity(Decimal(160), "cm"), True),
        (Quantity(Decimal(67), "[in_i]"), "<", Quantity(Decimal(160), "cm"), False),
        (Quantity(Decimal(67), "[in_i]"), ">", Quantity(Decimal(60), "kg"), False),
        (Quantity(Decimal(67), "puffs"), ">", Quantity(Decimal(6), "puffs"), True),
        (Quantity(Decimal(67), "puffs"), ">", Quantity(Decimal(6), "cm"), False),
        (PartialDate(2019, 3), ">", PartialDate(2018), True),
        (PartialDate(2019), ">", PartialDate(2019, 3), False),
        (PartialDate(2019), "<", PartialDate(2019, 3), False),
        (PartialDate(2019, 2), "<", PartialDate(2019, 3, 1), True),
        (PartialDate(2019, 3), ">=", PartialDate(2019, 3), True),
        (time(9), "<", time(10), True),
        (datetime(2020, 1, 1, tzinfo=UTC), "<", datetime(2021, 1, 1, tzinfo=UTC), True),
        (True, ">", False, False),
        ("b", ">", "a", False),
        (5, ">", PartialDate(1), False),
        (5, "=", 5, False),
    ],
)
def test_values_are_ordered_only_where_that_can_be_said(one, operator, other, expected):
    assert compared(one, Operator(operator), other) is expected
