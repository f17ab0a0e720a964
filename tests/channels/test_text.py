"""Texts in the lengths that the services take."""

import pytest
from hypothesis import given, strategies as st

from bot.channels.text import clean, columns, details, numbered, one_line, split_text
from handlers.core.limits import utf16_units
from handlers.core.messages import Button


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, []),
        (" \n ", 10, []),
        ("short", 10, ["short"]),
        ("exactly 10", 10, ["exactly 10"]),
        ("one two three", 8, ["one two", "three"]),
        ("first.\n\nsecond one", 12, ["first.", "second one"]),
        ("line one\nline two", 10, ["line one", "line two"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
        ("😀😀😀", 5, ["😀😀", "😀"]),
        ("a b", 1, ["a", "b"]),
    ],
)
def test_a_text_is_cut_where_it_reads_best(text, limit, parts):
    assert split_text(text, limit) == parts


@given(st.text(max_size=300), st.integers(2, 50))
def test_no_part_is_too_long_and_no_word_is_lost(text, limit):
    parts = split_text(text, limit)

    assert all(0 < utf16_units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("a\r\nb\rc\td", "a\nb\nc d"),
        ("a\ud83db", "a\ufffdb"),
        ("مرحبا \u2068x\u2069", "مرحبا \u2068x\u2069"),
    ],
)
def test_control_characters_go_and_direction_marks_stay(text, cleaned):
    assert clean(text) == cleaned


def test_a_label_stands_on_one_line():
    assert one_line("  Yes,\n\twith help ") == "Yes, with help"


def test_a_numbered_list_counts_from_one():
    assert numbered(["Yes", "No"]) == "1. Yes\n2. No"


def test_only_what_has_an_explanation_is_explained():
    assert details([Button("x", "Yes", "with help"), Button("y", "No")]) == "Yes: with help"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("はい", 4), ("e\u0301", 1), ("\u2068a\u2069", 1)])
def test_full_width_characters_are_twice_as_wide(text, width):
    assert columns(text) == width
