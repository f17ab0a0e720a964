"""What must hold of every text and every item."""

import re
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from handlers.core.messages import Phrase
from handlers.core.questionnaire import ItemType, Option
from handlers.core.understanding import (
    Likely,
    NotUnderstood,
    Understood,
    change_number,
    check,
    command_in,
    is_safe_regex,
)
from handlers.core.understanding.choices import LONGEST_CHOICE
from handlers.core.understanding.folding import fold, within_one
from handlers.core.understanding.patterns import matches
from handlers.core.understanding.words import COMMANDS
from handlers.core.values import PartialDate
from locales.po import read_po_file
from tests.core.understanding.samples import EN, JA, ROOT, TODAY, hear, item, option

KEYS = {
    language: {entry.key for entry in read_po_file(ROOT / language / "answers.po").entries}
    for language in ("en", "ja")
}
KINDS = [
    item(
        kind,
        options=(option("a", "Alpha"), option("b", "Beta, gamma")),
        repeats=repeats,
        partial_date=repeats,
    )
    for kind in ItemType
    for repeats in (False, True)
] + [item(ItemType.DECIMAL, default_unit="cm", minimum=50), item(ItemType.INTEGER, default_unit="kg")]
PIECES = st.sampled_from(
    [
        *"0123456789.,'\"-/ ~^+:年月日時半十百千元",
        *(
            "March",
            "about",
            "S",
            "昭和",
            "令和",
            "pm",
            "午後",
            "cm",
            "ft",
            "in",
            "kg",
            "and",
            "と",
            "no",
            "yes",
        ),
        *("٣", "３", "½", "⁵", "①", "\u202e", "\u0301", "ﷺ", "\ud800", "\x00", "T", "https://", "a.b", "\n"),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join))
WORDS = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1, max_size=12)


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
@settings(max_examples=300)
@given(text=TEXTS, asked=st.sampled_from(KINDS))
def test_any_text_has_one_of_three_outcomes(words, text, asked):
    outcome = hear(asked, text, words, vocabulary={"japan": "JP", "日本": "JP"})

    assert isinstance(outcome, Understood | Likely | NotUnderstood)
    if isinstance(outcome, NotUnderstood):
        assert outcome.key in KEYS[words.language]
    else:
        assert isinstance(check(asked, outcome.values, today=TODAY, birth=date(1950, 3, 7)), Phrase | None)


@pytest.mark.parametrize("words", [EN, JA], ids=["en", "ja"])
@given(text=TEXTS)
def test_any_text_is_a_command_or_none(words, text):
    assert command_in(text, words) in {None, *COMMANDS}
    assert change_number(text, words) is None or change_number(text, words) >= 0


@settings(max_examples=200)
@given(labels=st.lists(WORDS, min_size=1, max_size=9, unique_by=str.casefold), data=st.data())
def test_every_option_is_understood_by_its_label_number_and_code(labels, data):
    options = tuple(option(f"code-{n}", f"{label} {label}") for n, label in enumerate(labels))
    asked = item(ItemType.CHOICE, options=options)
    index = data.draw(st.integers(0, len(labels) - 1))
    wanted = Understood((options[index].value,))

    assert hear(asked, str(index + 1), EN) == wanted
    assert hear(asked, f"code-{index}", EN) == wanted
    assert hear(asked, options[index].label, EN) in (wanted, Likely(wanted.values)) or _folds_alike(
        options, index
    )


def _folds_alike(options, index):
    return [fold(o.label) for o in options].count(fold(options[index].label)) > 1


@given(day=st.dates(date(1900, 1, 1), date(2150, 12, 31)))
def test_every_date_is_understood_as_it_is_shown(day):
    asked = item(ItemType.DATE)
    wanted = Understood((PartialDate(day.year, day.month, day.day),))
    month = next(name for name, number in EN.months.items() if number == day.month)

    assert hear(asked, day.isoformat(), JA) == wanted
    assert hear(asked, f"{day.day} {month} {day.year}", EN) == wanted
    assert hear(asked, f"{day.year}年{day.month}月{day.day}日", JA) == wanted


@given(value=st.integers(-(10**9), 10**9))
def test_every_whole_number_is_understood_with_and_without_thousands(value):
    asked = item(ItemType.INTEGER)

    assert hear(asked, str(value), EN) == Understood((value,))
    assert hear(asked, f"{value:,}", EN) == Understood((value,))


@given(word=st.text("abcd", min_size=2, max_size=7), data=st.data())
def test_one_slip_is_an_insertion_a_deletion_a_replacement_or_a_swap(word, data):
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    assert within_one(word[:at] + word[at + 1 :], word)
    assert within_one(word[:at] + "z" + word[at:], word)
    assert within_one(word[:at] + "z" + word[at + 1 :], word)
    assert within_one(swapped, word)
    assert not within_one(word + "zz", word)


LETTERS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "c?", "a*", "b+", "a{2}", "b{1,2}"])
PATTERNS = st.recursive(
    LETTERS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda ways: f"(?:{'|'.join(ways)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "{0,2}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(pattern=PATTERNS, text=st.text("abc1", max_size=8))
def test_patterns_match_what_the_standard_library_matches(pattern, text):
    assert is_safe_regex(pattern)
    assert matches(pattern, text) == bool(re.fullmatch(pattern, text))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^\d{3}-\d{4}$", "123-4567", True),
        (r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", "ann@example.com", True),
        (r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", "ann@example", False),
        (r"(?i)abc", "ABC", True),
        (r"\bword\b( \bword\b)?", "word word", True),
        (r"[]a]+", "]a", True),
        (r"[\]a\-]+", "]a-", True),
        (r"a{,3}", "a{,3}", None),
        ("", "", True),
        (r"(?<year>\d{4})", "2019", True),
    ],
)
def test_usual_patterns_are_taken(pattern, text, expected):
    assert (matches(pattern, text) if is_safe_regex(pattern) else None) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a)\1",
        "(?=a)b",
        "(?!a)b",
        "(?<=a)b",
        "(a",
        "a)",
        "[a",
        "*a",
        "a**",
        "a{500}",
        "(a{300}){300}",
        "(" * 50,
        "x" * 2000,
    ],
)
def test_what_is_not_regular_or_too_large_is_refused(pattern):
    assert not is_safe_regex(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "(a|aa)+b", "a*a*a*a*a*a*b", "(.*){20}b", "(.*a){12}"]
)
@pytest.mark.timeout(20)
def test_a_hostile_pattern_never_hangs(pattern):
    assert is_safe_regex(pattern)
    assert not matches(pattern, "a" * 499 + "!")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "あ" * 100_000,
        "\u0301\u0323" * 50_000,
        "1," * 50_000,
        "1と" * 50_000,
        "1 " * 50_000,
        "{" * 100_000,
        "a." * 50_000,
    ],
    ids=["a", "kana", "marks", "commas", "joiners", "spaces", "braces", "dots"],
)
@pytest.mark.timeout(20)
def test_a_hundred_thousand_characters_never_hang(text):
    outcomes = [hear(asked, text, JA) for asked in KINDS]

    assert len(outcomes) == len(KINDS)


@pytest.mark.timeout(20)
def test_the_longest_list_of_picks_never_hangs():
    options = tuple(option(f"c{n}", f"Option number {n} of many") for n in range(60))
    text = ("option numbr, " * 80)[:LONGEST_CHOICE]

    heard = hear(item(ItemType.CHOICE, options=options, repeats=True), text, EN)

    assert heard is not None


def test_the_values_of_options_that_are_no_codings_are_kept():
    asked = item(ItemType.CHOICE, options=(Option(5, ""), Option("x", "Ex")))

    assert hear(asked, "5", EN) == Understood((5,))
    assert hear(asked, "Ex", EN) == Understood(("x",))
