"""Questionnaires that nobody would write: read, or refused with the place and the reason."""

import json
from copy import deepcopy
from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings, strategies as st

from handlers.core.fhir import read_questionnaire
from handlers.core.values import Coding, FileRef, Url
from handlers.errors import PackError
from tests.core.builders.talk import ROOT, made, when

TINY = ROOT / "tests" / "questionnaires"


GOOD = sorted(path.stem for path in TINY.glob("*.json"))


def test_a_chain_of_conditions_that_nobody_writes_is_refused():
    chain = [
        {"linkId": f"q{n}", "type": "boolean", "enableWhen": [when(f"q{n + 1}", "=", answerBoolean=True)]}
        for n in range(1000)
    ]

    with pytest.raises(PackError, match="chain"):
        made(*chain, {"linkId": "q1000", "type": "boolean"})


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just({}),
    st.just([]),
    st.just([{}]),
    st.just("#x"),
    st.just(10**400),
    st.just("reference"),
    st.just([None]),
    st.just("0001-01-01T00:00:00+14:00"),
)


def places(node, path=()):
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_hostile_json_is_refused_and_never_anything_worse(name, data):
    raw = json.loads((TINY / f"{name}.json").read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([place for place in places(raw) if place]))
        node = raw
        for key in path:
            node = node[key]
        if data.draw(st.booleans()) and isinstance(node, dict):
            del node[last]
        else:
            node[last] = deepcopy(data.draw(leaves))  # the next change may reach into it

    try:
        read_questionnaire(raw, source=name)
    except PackError as refusal:
        assert str(refusal).startswith(name)  # noqa: PT017 - reading may as well succeed


@given(st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner)))
def test_any_json_at_all_is_read_or_refused(raw):
    try:
        read_questionnaire({"resourceType": "Questionnaire", "item": raw}, source="x")
    except PackError as refusal:
        assert str(refusal)  # noqa: PT017 - reading may as well succeed


@pytest.mark.parametrize(
    ("type_", "initial"),
    [
        ("boolean", {"valueBoolean": "yes"}),
        ("boolean", {"valueInteger": 1}),
        ("integer", {"valueInteger": 1.5}),
        ("integer", {"valueInteger": 2**40}),
        ("integer", {"valueDecimal": 1.5}),
        ("decimal", {"valueDecimal": float("inf")}),
        ("decimal", {"valueDecimal": "1.5"}),
        ("date", {"valueDate": "2019-02-30"}),
        ("date", {"valueDate": "yesterday"}),
        ("dateTime", {"valueDateTime": "0001-01-01T00:00:00+14:00"}),
        ("dateTime", {"valueDateTime": "noon"}),
        ("time", {"valueTime": "25:00:00"}),
        ("quantity", {"valueQuantity": {}}),
        ("quantity", {"valueQuantity": 5}),
        ("string", {"valueInteger": 1}),
        ("string", {"valueString": "a", "valueInteger": 1}),
        ("string", {"valueBase64Binary": "a"}),
        ("string", {}),
        ("display", {"valueString": "a"}),
    ],
)
def test_a_value_that_the_item_cannot_hold_is_refused(type_, initial):
    with pytest.raises(PackError, match=r"^made.json: a: "):
        made({"linkId": "a", "type": type_, "initial": [initial]})


@pytest.mark.parametrize(
    ("type_", "initial", "expected"),
    [
        ("dateTime", {"valueDateTime": "2019-03-07T09:00:00+09:00"}, datetime(2019, 3, 7, tzinfo=UTC)),
        ("dateTime", {"valueDate": "2019-03-07"}, datetime(2019, 3, 7, tzinfo=UTC)),
        ("time", {"valueTime": "09:30:00"}, time(9, 30)),
        ("url", {"valueUri": "urn:x"}, Url("urn:x")),
        (
            "attachment",
            {"valueAttachment": {"url": "d1", "contentType": "image/png"}},
            FileRef("d1", "image/png"),
        ),
        ("integer", {"valueDecimal": 2.0}, 2),
    ],
)
def test_a_value_is_held_as_the_item_holds_it(type_, initial, expected):
    assert made({"linkId": "a", "type": type_, "initial": [initial]}).item("a").initial == (expected,)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"type": "choice", "answerOption": [{}]}, "an option without a value"),
        ({"type": "integer", "answerOption": [{"valueString": "x"}]}, "an option that no integer can be"),
        ({"type": "choice", "answerOption": [{"valueString": " "}]}, "an option without a label"),
        (
            {"type": "choice", "answerOption": [{"valueCoding": {"code": "a", "display": d}} for d in "xy"]},
            "two options",
        ),
        ({"type": "choice", "answerOption": [{"valueString": "x"}], "answerValueSet": "#v"}, "both"),
        ({"type": "choice", "answerValueSet": "#empty"}, "an empty list"),
        ({"type": "choice", "answerValueSet": "#filter"}, "not in this file"),
        ({"type": "choice", "answerValueSet": "#bare"}, "must list its concepts"),
    ],
)
def test_a_broken_list_of_options_is_refused(item, reason):
    contained = [
        {"resourceType": "ValueSet", "id": "empty", "expansion": {"contains": []}},
        {"resourceType": "ValueSet", "id": "filter", "compose": {"include": [{"system": "urn:x"}]}},
        {"resourceType": "ValueSet", "id": "bare"},
    ]

    with pytest.raises(PackError, match=reason):
        made({"linkId": "a", **item}, contained=contained)


def test_a_regex_that_cannot_be_matched_safely_is_ignored_with_a_warning():
    extension = [{"url": "http://hl7.org/fhir/StructureDefinition/regex", "valueString": r"(a)\1"}]

    [warning] = made({"linkId": "a", "type": "string", "extension": extension}).warnings

    assert "regex" in warning


def test_one_code_from_two_systems_stands_for_two_options():
    options = [{"valueCoding": {"system": f"urn:{s}", "code": "1", "display": s}} for s in ("one", "two")]
    item = made({"linkId": "a", "type": "choice", "answerOption": options}).item("a")

    assert [option.code for option in item.options] == ["1", "urn:two|1"]
    assert item.option_of(Coding("1", "urn:two")) == item.options[1]
    assert item.option_of(Coding("1")) == item.options[0]


def test_an_initial_code_without_its_system_is_the_option_with_that_code():
    options = [{"valueCoding": {"system": "urn:one", "code": "1", "display": "One"}}]
    initial = [{"valueCoding": {"code": "1"}}]
    item = made({"linkId": "a", "type": "choice", "answerOption": options, "initial": initial}).item("a")

    assert item.initial == (Coding("1", "urn:one", "One"),)
