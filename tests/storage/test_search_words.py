"""What a name is found by, in the scripts that patients' names are written in."""

from datetime import date

import pytest

from storage.search.asking import day_in, words_in
from storage.search.tokens import BORN, NAME, NUMBER
from storage.search.words import asked_parts, digits_in, name_parts, number_parts

NAMED = [
    *(("Anna Maria Rossi", typed) for typed in ("anna", "ROSSI", "ros", "rossi anna", "Ma")),
    *(("Nguyễn Thị Hương", typed) for typed in ("nguyen", "Nguyễn", "huong", "Thi Hương")),
    *(("Đỗ Văn Đức", typed) for typed in ("do", "duc", "Đức")),
    *(("佐藤 花子", typed) for typed in ("佐藤", "花子", "佐藤花子", "佐", "藤花", "佐藤 花")),
    *(("髙橋 サクラ", typed) for typed in ("高橋", "髙橋", "さくら", "サク")),
    *(("ﾀﾅｶ", typed) for typed in ("タナカ", "たなか")),
    *(("王小明", typed) for typed in ("王", "小明", "王小明")),
    *(("김민준", typed) for typed in ("김민", "민준")),
    *(("ليلى الحسن", typed) for typed in ("ليلي", "الحسن", "حسن", "لَيلى", "أ")[:4]),
    *(("Þóra O'Brien-Müller", typed) for typed in ("obrien", "o\u2019bri", "muller", "MÜLLER")),
    ("O", "o"),
    ("Wolfeschlegelsteinhausen", "wolfeschlegelstein"),
]
OTHERS = [
    ("Anna Maria Rossi", "nna"),
    ("Anna Maria Rossi", "anna bianchi"),
    ("Anna", "a"),
    ("佐藤 花子", "佐子"),
    ("が", "か"),
    ("", "anna"),
]


@pytest.mark.parametrize(("name", "typed"), NAMED)
def test_a_name_is_found_by(name, typed):
    asked = asked_parts(typed)

    assert asked
    assert asked <= name_parts(name)


@pytest.mark.parametrize(("name", "typed"), OTHERS)
def test_a_name_is_not_found_by(name, typed):
    assert not asked_parts(typed) <= name_parts(name)


def test_signs_alone_ask_for_nothing():
    assert asked_parts("-- ♥ 🙏") == frozenset()


def test_a_telephone_number_is_found_by_its_last_digits_however_it_begins():
    assert number_parts("+393331234567") == {"4567", "34567", "234567", "1234567", "31234567"}
    assert number_parts("1234567") == number_parts("US.13491208655302741918") == frozenset()


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("+39 333 123-4567", [{(NUMBER, "31234567")}]),
        ("4567", [{(NUMBER, "4567")}]),
        ("٤٥٦٧", [{(NUMBER, "4567")}]),
        ("123", [{(NAME, "123")}]),
        ("1958-4-12", [{(BORN, "1958-04-12")}]),
        ("rossi 12.4.1958", [{(NAME, "rossi")}, {(BORN, "1958-04-12")}]),
        ("  ", []),
        ("YR-2041", [{(NAME, "yr"), (NAME, "2041")}]),
    ],
)
def test_what_is_typed_is_taken_apart(typed, kinds):
    assert [{tuple(part) for part in word.parts} for word in words_in(typed)] == kinds


@pytest.mark.parametrize("text", ["1958-04-12", "1958/4/12", "1958年4月12日", "12.4.1958", "12.04.1958"])
def test_a_day_is_read_however_it_is_written(text):
    assert day_in(text) == date(1958, 4, 12)


@pytest.mark.parametrize("text", ["1958-13-40", "12.4.58", "04/12/1958", "tomorrow"])
def test_what_is_no_day_or_may_be_two_is_none(text):
    assert day_in(text) is None


def test_digits_of_any_script_are_digits():
    assert digits_in("\u06601\uff12") == "012"
