"""Constraints: the first that an answer breaks is named, with what would do."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.core.questionnaire import ItemType
from handlers.core.understanding import check, check_file
from handlers.core.values import Coding, DocumentId, FileRef, PartialDate, Quantity, Url
from locales.po import read_po_file
from tests.core.understanding.samples import ROOT, TODAY, item

NOON = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)


def day(text: str) -> PartialDate:
    return PartialDate(*map(int, text.split("-")))


def broken(kind: ItemType, *values: object, birth: date | None = None, **limits: object) -> str:
    phrase = check(item(kind, **limits), values, today=TODAY, birth=birth)
    return (
        ""
        if phrase is None
        else f"{phrase.key.rpartition('.')[2]} {' '.join(map(str, phrase.values.values()))}".strip()
    )


@pytest.mark.parametrize(
    ("value", "limits", "reason"),
    [
        (5, {"minimum": 1, "maximum": 10}, ""),
        (1, {"minimum": 1}, ""),
        (0, {"minimum": 1}, "too_small 1"),
        (11, {"maximum": 10}, "too_large 10"),
        (Decimal("1.25"), {"max_decimal_places": 2}, ""),
        (Decimal("1.250"), {"max_decimal_places": 2}, ""),
        (Decimal("1.255"), {"max_decimal_places": 2}, "decimals 2"),
        (Decimal("1.5"), {"max_decimal_places": 0}, "no_decimals 0"),
        (Decimal("1E+2"), {"max_decimal_places": 0}, ""),
        (Decimal("99.9"), {"maximum": Decimal("99.5")}, "too_large 99.5"),
        (Quantity(Decimal(67), "[in_i]"), {"maximum": Quantity(Decimal(230), "cm")}, ""),
        (Quantity(Decimal(300), "cm"), {"maximum": Quantity(Decimal(230), "cm")}, "too_large 230 cm"),
        (Quantity(Decimal(20), "[in_i]"), {"minimum": Quantity(Decimal(100), "cm")}, "too_small 100 cm"),
        (Quantity(Decimal(3)), {"minimum": 5}, "too_small 5"),
        (time(8), {"minimum": time(9)}, "too_small 09:00"),
        (NOON, {"maximum": datetime(2026, 3, 7, 11, tzinfo=UTC)}, "too_large 2026-03-07T11:00+00:00"),
        (20, {"minimum": 30, "default_unit": "Cel"}, "too_small 30 °C"),
        (True, {"minimum": 5}, ""),
        (Coding("a"), {"min_length": 5}, ""),
    ],
)
def test_numbers_stay_in_their_range(value, limits, reason):
    assert broken(ItemType.DECIMAL, value, **limits) == reason


@pytest.mark.parametrize(
    ("value", "limits", "reason"),
    [
        ("abc", {"max_length": 3}, ""),
        ("abcd", {"max_length": 3}, "too_long 3 4"),
        ("a", {"min_length": 2}, "too_short 2"),
        ("a" * 20_000, {}, ""),
        ("a" * 100_000, {}, "too_long 20000 100000"),
        ("AB12", {"regex": "[A-Z]{2}[0-9]{2}"}, ""),
        ("AB1", {"regex": "[A-Z]{2}[0-9]{2}"}, "pattern"),
        ("AB1", {"regex": "[A-Z]{2}[0-9]{2}", "example": "AB12"}, "pattern_example AB12"),
        ("AB1", {"regex": "(unfinished"}, ""),
        (Url("https://example.com"), {"max_length": 5}, "too_long 5 19"),
    ],
)
def test_texts_keep_to_length_and_form(value, limits, reason):
    assert broken(ItemType.STRING, value, **limits) == reason


@pytest.mark.parametrize(
    ("value", "limits", "birth", "reason"),
    [
        ("2026-11-24", {"not_future": True}, None, ""),
        ("2026-11-25", {"not_future": True}, None, "future"),
        ("2026", {"not_future": True}, None, ""),
        ("2026-12", {"not_future": True}, None, "future"),
        ("2008-11-24", {"min_age_years": 18}, None, ""),
        ("2008-11-25", {"min_age_years": 18}, None, "too_young 18"),
        ("1916-11-24", {"max_age_years": 110}, None, ""),
        ("1900-01-01", {"max_age_years": 110}, None, "too_old 110"),
        ("1950", {}, date(1960, 5, 5), "before_birth"),
        ("1960", {}, date(1960, 5, 5), ""),
        ("1960-04", {}, date(1960, 5, 5), "before_birth"),
        ("1960-05", {}, date(1960, 5, 31), ""),
        ("1960-12", {}, date(1960, 12, 31), ""),
        ("2026-10", {"minimum": day("2026-11-24")}, None, "too_early 2026-11-24"),
        ("2026-11", {"minimum": day("2026-11-24")}, None, ""),
        ("2028-12", {"maximum": day("2028-11-24")}, None, "too_late 2028-11-24"),
        ("2028", {"maximum": day("2028-11-24")}, None, ""),
        ("2026-11", {"not_past": True}, None, ""),
        ("2026", {"not_past": True}, None, ""),
        ("2026-10", {"not_past": True}, None, "past"),
        ("2026-11-23", {"not_past": True}, None, "past"),
        ("2028-11", {"max_months_ahead": 24}, None, ""),
        ("2028-12", {"max_months_ahead": 24}, None, "far_ahead 24"),
        ("2029", {"max_months_ahead": 24}, None, "far_ahead 24"),
    ],
)
def test_dates_stay_possible(value, limits, birth, reason):
    assert broken(ItemType.DATE, day(value), birth=birth, **limits) == reason


@pytest.mark.parametrize(
    ("repeats", "number", "limits", "reason"),
    [
        (True, 3, {"max_occurs": 2}, "too_many 2"),
        (True, 1, {"min_occurs": 2}, "too_few 2"),
        (True, 30, {}, ""),
        (False, 2, {}, "too_many 1"),
    ],
)
def test_there_are_neither_too_many_nor_too_few_answers(repeats, number, limits, reason):
    values = [Coding(str(n)) for n in range(number)]

    assert broken(ItemType.CHOICE, *values, repeats=repeats, **limits) == reason


@pytest.mark.parametrize(
    ("mime", "size", "key"),
    [
        ("application/pdf", 5, None),
        ("image/jpeg", 10_000_000, None),
        ("image/jpeg", 10_000_001, "chat.check.file_size"),
        ("image/jpeg", None, None),
        ("video/mp4", 5, "chat.check.file_type"),
    ],
)
def test_files_are_of_a_kind_and_size_that_is_taken(mime, size, key):
    asked = item(ItemType.ATTACHMENT, mime_types=("application/pdf", "image/*"), max_size=10_000_000)
    phrase = check_file(asked, mime=mime, size=size)

    assert (phrase and phrase.key) == key


def test_a_file_in_an_answer_is_checked_by_its_type():
    assert (
        broken(ItemType.ATTACHMENT, FileRef(DocumentId("d"), "text/html"), mime_types=("image/png",))
        == "file_type PNG"
    )


def test_every_reason_has_its_text():
    sources = "".join(path.read_text() for path in Path("handlers/core/understanding").glob("*.py"))
    keys = {entry.key for entry in read_po_file(ROOT / "en" / "answers.po").entries}

    assert {key for key in keys if key.rpartition(".")[2] not in sources} == set()
