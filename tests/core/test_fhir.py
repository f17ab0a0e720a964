import json
from decimal import Decimal

import pytest

from handlers.core.fhir import read_questionnaire
from handlers.core.questionnaire import ItemType, Operator
from handlers.core.values import Coding, PartialDate, Quantity
from handlers.errors import PackError
from tests.core.builders.talk import ROOT, choice, load, made, when

TINY = ROOT / "tests" / "questionnaires"


GOOD = sorted(path.stem for path in TINY.glob("*.json"))


PACKS = sorted((ROOT / "handlers" / "protocols").glob("*/*.questionnaire.json"))


BROKEN = {
    "unknown-link-id": ("a", "unknown linkId nope"),
    "no-question": ("b", "enableWhen without a question"),
    "duplicate-link-id": ("a", "stands twice"),
    "no-link-id": ("", "without a linkId"),
    "loop": ("b", "a loop"),
    "loop-on-itself": ("a", "a loop"),
    "loop-through-parent": ("in", "a loop"),
    "modifier-extension": ("a", "modifierExtension"),
    "modifier-extension-deep": ("a", "modifierExtension"),
    "reference": ("a", "reference"),
    "external-value-set": ("a", "value set http://loinc.org/vs/LL358-3"),
    "expression": ("a", "path expressions"),
    "variable": ("a", "path expressions"),
    "options-on-boolean": ("a", "boolean takes no options"),
    "options-on-display": ("a", "display takes no options"),
    "choice-without-options": ("a", "a choice without options"),
    "wrong-type-in-condition": ("b", "wrong type"),
    "exists-without-boolean": ("b", "exists takes true or false"),
    "order-of-codes": ("b", "> cannot be asked of a"),
    "unknown-code": ("b", "unknown code y"),
    "condition-on-group": ("b", "which takes none"),
    "no-behaviour": ("b", "without enableBehavior"),
    "unknown-type": ("a", "no known type"),
    "bad-regex": ("a", "regex"),
    "limits-crossed": ("a", "length"),
    "values-crossed": ("a", "minValue is more than maxValue"),
    "initial-not-listed": ("a", "none of the options"),
    "too-deep": ("g31", "deeper than 32"),
    "not-a-questionnaire": ("", "not a Questionnaire"),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_tiny_questionnaire_is_read_without_a_warning(name):
    assert load(name).warnings == ()


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.name)
def test_our_own_packs_are_read_without_a_warning(path):
    assert read_questionnaire(json.loads(path.read_text()), source=path.name).warnings == ()


@pytest.mark.parametrize("name", sorted(path.stem for path in (TINY / "broken").glob("*.json")))
def test_a_broken_questionnaire_is_refused_naming_file_item_and_reason(name):
    link_id, reason = BROKEN[name]

    with pytest.raises(PackError) as refusal:
        load(f"broken/{name}")

    assert str(refusal.value).startswith(
        f"broken/{name}.json".rpartition("/")[2] + (f": {link_id}: " if link_id else ": ")
    )
    assert reason in str(refusal.value)


def test_every_item_type_is_read():
    questionnaire = load("every-type")

    assert {item.type for item in questionnaire.walk()} == set(ItemType)


def test_an_item_knows_its_place():
    item = load("repeating-group").item("times")

    assert (item.group_path, item.repeating) == (("medicines",), ("medicines",))


def test_items_are_numbered_in_document_order():
    questionnaire = load("items-under-a-question")

    assert list(questionnaire.order.items()) == [("smoke", 0), ("note", 1), ("much", 2), ("after", 3)]
    assert questionnaire.at(2) is questionnaire.item("much")


def test_value_sets_in_the_file_become_options():
    questionnaire = load("contained-value-set")

    assert [(o.code, o.label) for o in questionnaire.item("a").options] == [("1", "One"), ("2", "2")]
    assert [o.code for o in questionnaire.item("b").options] == ["1", "1.1"]
    assert questionnaire.item("a").translations == {"ja#option:1": "一"}


def test_translations_in_the_file_are_kept():
    assert load("translations").item("a").translations == {"ja#text": "どれですか", "ja#option:x": "エックス"}


def test_constraints_are_read():
    weight, code, scan = (load("constraints").item(name).constraints for name in ("weight", "code", "scan"))

    assert (weight.minimum, weight.maximum) == (Quantity(Decimal(20), "kg"), Quantity(Decimal(300), "kg"))
    assert [unit.code for unit in weight.units] == ["kg", "[lb_av]"]
    assert (code.min_length, code.max_length, code.regex) == (2, 5, "[A-Z]+")
    assert (scan.mime_types, scan.max_size) == (("image/*", "application/pdf"), 2_500_000)


def test_our_extensions_are_read():
    birth, since = (load("our-extensions").item(name) for name in ("birth", "since"))

    assert (birth.helper, birth.why) == ("When was the patient born?", "It is on your papers.")
    assert (birth.confirm, birth.sensitive, birth.example) == (True, "identity", "7 March 1950")
    assert (birth.constraints.min_age_years, birth.constraints.not_future) == (18, True)
    assert (since.constraints.partial_date, since.skippable) == (True, False)


def test_initial_values_come_from_the_item_or_its_options():
    colour, size = (load("initial").item(name) for name in ("colour", "size"))

    assert (colour.initial, size.initial) == ((Coding("blue", "", "Blue"),), ("M",))


@pytest.mark.parametrize(
    ("type_", "answer", "expected"),
    [
        ("decimal", {"answerInteger": 2}, Decimal(2)),
        ("date", {"answerDate": "2019-03"}, PartialDate(2019, 3)),
        ("quantity", {"answerQuantity": {"value": 1.5, "code": "mg"}}, Quantity(Decimal("1.5"), "mg")),
        ("boolean", {"answerBoolean": False}, False),
    ],
)
def test_a_condition_holds_its_value_as_the_question_does(type_, answer, expected):
    questionnaire = made(
        {"linkId": "a", "type": type_},
        {"linkId": "b", "type": "string", "enableWhen": [when("a", "=", **answer)]},
    )

    [condition] = questionnaire.item("b").enable_when

    assert (condition.operator, condition.value) == (Operator.EQUALS, expected)


def test_other_extensions_are_ignored_with_one_warning_per_kind():
    extension = [{"url": "http://example.org/a", "valueString": "x"}]

    questionnaire = made(choice("a", "x", extension=extension), choice("b", "x", extension=extension))

    assert questionnaire.warnings == ("made.json: a: the extension http://example.org/a is ignored",)


def test_a_questionnaire_without_id_and_url_gets_a_name():
    questionnaire = read_questionnaire({"resourceType": "Questionnaire"}, source="packs/x/foo.json")

    assert (questionnaire.id, questionnaire.url) == ("foo.json", "urn:questionnaire:foo.json")


def test_an_option_without_a_code_is_known_by_its_display():
    questionnaire = made(
        {"linkId": "a", "type": "choice", "answerOption": [{"valueCoding": {"display": "Yes"}}]}
    )

    assert questionnaire.item("a").options[0].code == "Yes"
