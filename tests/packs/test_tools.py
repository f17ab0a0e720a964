"""The two tools that make a pack's files: content rows to FHIR, FHIR to PO entries."""

import json

import pytest

from locales.po import read_po_file
from tools.convert_content import convert_block, convert_item, keep_handwriting
from tools.sync_texts import sync

ROW = {
    "linkId": "hx.cancer",
    "tier": "B",
    "type": "yesno_ns",
    "text": "Cancer?",
    "options": [],
    "required": True,
}
JA = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    'msgctxt "short/well#text"\nmsgid "Are you well?"\nmsgstr "お元気ですか"\n'
)


def codes(item):
    return [option["valueCoding"]["code"] for option in item["answerOption"]]


def test_yes_no_not_sure_is_a_choice_of_codes():
    item = convert_item(ROW)

    assert (item["type"], codes(item)) == ("choice", ["yes", "no", "ns"])


def test_none_of_these_excludes_the_others():
    row = {
        **ROW,
        "type": "multi",
        "options": [{"code": "a", "label": "A"}, {"code": "none", "label": "None"}],
    }

    item = convert_item(row)

    assert (item["repeats"], ["extension" in option for option in item["answerOption"]]) == (
        True,
        [False, True],
    )


def test_different_needs_an_answer():
    row = {**ROW, "enableWhen": [{"item": "start.role", "op": "!=", "value": "self"}]}

    operators = [condition["operator"] for condition in convert_item(row)["enableWhen"]]

    assert operators == ["exists", "!="]


def test_one_of_a_list_is_any_of_several():
    row = {**ROW, "enableWhen": [{"item": "id.sex", "op": "in", "value": ["f", "x"]}]}

    assert convert_item(row)["enableBehavior"] == "any"


def test_what_needs_a_nested_group_is_refused():
    conditions = [{"item": "id.sex", "op": "in", "value": ["f"]}, {"calc": "age", "op": "<", "value": 56}]

    with pytest.raises(SystemExit, match="nested group"):
        convert_item({**ROW, "enableWhen": conditions})


def test_a_block_holds_its_sections_as_groups_and_what_it_needs_of_others_first():
    asked = {**ROW, "linkId": "hx.lung", "enableWhen": [{"item": "hx.cancer", "op": "=", "value": "yes"}]}
    rows = [{"section": "hx", "title": "Health", "intro": ""}, {**ROW, "tier": "A"}, asked]

    carried, group = convert_block(rows, "b5")["item"]

    assert (carried["linkId"], group["linkId"]) == ("hx.cancer", "section.hx")
    assert [item["linkId"] for item in group["item"]] == ["hx.lung"]


def test_an_item_that_depends_on_the_age_stands_in_a_group_for_its_other_condition():
    conditions = [{"item": "hx.cancer", "op": "=", "value": "yes"}, {"calc": "age", "op": "<", "value": 56}]
    rows = [
        {"section": "preg", "title": "", "intro": ""},
        {**ROW, "linkId": "preg.now", "enableWhen": conditions},
    ]

    [section] = convert_block(rows, "b7")["item"]

    [around] = section["item"]
    assert [item["linkId"] for item in around["item"]] == ["calc.age", "preg.now"]


def test_handwriting_outlives_a_second_conversion():
    fresh, written = {"item": [convert_item(ROW)]}, {"item": [convert_item(ROW)]}
    why = {"url": "https://yorisoi.example/fhir/StructureDefinition/why", "valueString": "Because."}
    written["item"][0]["extension"] = [why]

    keep_handwriting(fresh, written)

    assert fresh["item"][0]["extension"] == [why]


@pytest.fixture
def worded(small):
    folder = small.write()
    (folder / "locales").mkdir()
    (folder / "locales" / "en.po").write_text(JA.partition("\n\n")[0] + "\n\n", encoding="utf-8")
    (folder / "locales" / "ja.po").write_text(JA, encoding="utf-8")
    return small


def entries(small, language):
    return {entry.key: entry for entry in read_po_file(small.folder / "locales" / f"{language}.po").entries}


def test_every_text_of_a_questionnaire_becomes_an_entry(worded):
    sync(worded.folder)

    assert {"short/well#text", "short/well#option:yes", "short/well#option:no"} <= entries(
        worded, "en"
    ).keys()


def test_a_translation_stays(worded):
    sync(worded.folder)

    assert entries(worded, "ja")["short/well#text"].forms == ("お元気ですか",)


def test_a_changed_english_text_makes_its_translation_fuzzy_until_somebody_looks(worded):
    worded.item["text"] = "Do you feel well?"
    worded.write()

    sync(worded.folder)
    sync(worded.folder)

    entry = entries(worded, "ja")["short/well#text"]
    assert (entry.fuzzy, entry.source, entry.forms) == (True, ("Do you feel well?",), ("お元気ですか",))


def test_the_same_text_in_the_same_place_is_translated_once(worded):
    twin = json.loads(json.dumps(worded.files["short.questionnaire.json"]))
    twin["id"] = "twin"
    worded.files["twin.questionnaire.json"] = twin
    worded.write()

    sync(worded.folder)

    assert entries(worded, "ja")["twin/well#text"].forms == ("お元気ですか",)
