"""Rules that compare an answer with what it can never be are refused, with their file and their id."""

import pytest

from tests.packs.conftest import ours
from tests.packs.further import add, found, item, rule


def of_kind(kind, *extensions):
    asked = item("more", type=kind)
    del asked["answerOption"]
    asked["extension"] += extensions
    return asked


def country():
    return of_kind("open-choice", ours("vocabulary", "iso3166"))


QUESTIONS = {
    "choice": lambda: item("more", "a", "b"),
    "scale": lambda: item("more", "0", "1"),
    "country": country,
    **{name: lambda name=name: of_kind(name) for name in ("quantity", "date", "integer", "text", "boolean")},
}


@pytest.mark.parametrize(
    ("kind", "operator", "value"),
    [
        ("quantity", "=", "zzz"),
        ("quantity", "in", ["80"]),
        ("date", "=", "2020"),
        ("text", "contains", "pain"),
        ("boolean", "=", "yes"),
        ("integer", "=", "3"),
        ("choice", "monthsSinceLt", 5),
        ("integer", "monthsSinceGte", 5),
        ("choice", ">", 1),
        ("date", ">", 2020),
    ],
)
def test_a_comparison_that_no_answer_can_meet_is_refused(small, kind, operator, value):
    add(small, QUESTIONS[kind]())
    small.files["prescreen.json"] = rule("more", "REVIEW", operator, value)

    assert found(small)[0].startswith(f"prescreen.json: P1: {operator} can't compare more")


@pytest.mark.parametrize(
    ("kind", "operator", "value"),
    [
        ("quantity", ">=", 80),
        ("integer", "=", 3),
        ("boolean", "=", True),
        ("date", "monthsSinceLt", 6),
        ("choice", "contains_any", ["a"]),
        ("scale", ">", 0),
        ("country", "in", ["JP", "DE"]),
        ("country", "=", "VN"),
    ],
)
def test_a_comparison_that_fits_passes(small, kind, operator, value):
    add(small, QUESTIONS[kind]())
    small.files["prescreen.json"] = rule("more", "REVIEW", operator, value)

    assert not [line for line in found(small) if "P1" in line]


@pytest.mark.parametrize("file", ["prescreen.json", "flags.json"])
@pytest.mark.parametrize(("operator", "value"), [("=", "ZZZZ"), ("in", ["JP", "ZZ"])])
def test_a_country_that_is_none_is_refused(small, file, operator, value):
    add(small, country())
    level = "REVIEW" if file == "prescreen.json" else "YELLOW"
    small.files[file] = rule("more", level, operator, value)

    assert f"{file}: P1: more has no option {value if isinstance(value, str) else 'ZZ'}" in found(small)


@pytest.mark.parametrize(("operator", "value"), [("!=", "yes"), ("missing", None)])
def test_no_flag_may_hold_without_an_answer(small, operator, value):
    small.files["flags.json"] = rule("well", "YELLOW", operator, value)

    reason = f"{operator} also holds without an answer: it decides MISSING rules only"
    assert f"flags.json: P1: {reason}" in found(small)
