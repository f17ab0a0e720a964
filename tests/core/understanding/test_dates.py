"""Dates: the orders of the locale, month names, parts, eras, and what does not exist."""

import pytest

from handlers.core.questionnaire import ItemType
from tests.core.understanding.samples import EN, JA, hear, item, shown, words_of

BIRTH = item(ItemType.DATE, not_future=True, min_age_years=18, max_age_years=110)
FULL = item(ItemType.DATE)
PARTIAL = item(ItemType.DATE, partial_date=True, not_future=True)
AMERICAN = words_of("en").__class__(**{f: getattr(EN, f) for f in EN.__slots__} | {"date_order": "MDY"})


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("1950-03-07", "1950-03-07"),
        ("1950/3/7", "1950-03-07"),
        ("1950.3.7", "1950-03-07"),
        ("7 March 1950", "1950-03-07"),
        ("7th of March, 1950", "1950-03-07"),
        ("March 7, 1950", "1950-03-07"),
        ("Mar 7th 1950", "1950-03-07"),
        ("7-Mar-1950", "1950-03-07"),
        ("7mar1950", "1950-03-07"),
        ("7. march 1950.", "1950-03-07"),
        ("1950 March 7", "1950-03-07"),
        ("7 Marhc 1950", "1950-03-07"),
        ("3 Sept 1949", "1949-09-03"),
        ("13/04/1950", "1950-04-13"),
        ("04/13/1950", "1950-04-13"),
        ("03/03/1950", "1950-03-03"),
        ("03/04/1950", "? 1950-04-03"),
        ("3.4.1950", "? 1950-04-03"),
        ("3 4 1950", "? 1950-04-03"),
        ("13/4/50", "1950-04-13"),
        ("13 April 50", "1950-04-13"),
        ("13 April '50", "1950-04-13"),
        ("19500413", "1950-04-13"),
        ("13041950", "1950-04-13"),
        ("born on 7 March 1950", "1950-03-07"),
        ("It was 7 March 1950", "1950-03-07"),
        ("۷ march ۱۹۵۰", "1950-03-07"),
        ("٧/٣/١٩٥٠", "? 1950-03-07"),
        ("１９５０－０３－０７", "1950-03-07"),
        ("31/02/1950", "! impossible_date"),
        ("31 February 1950", "! impossible_date"),
        ("2023-02-29", "! impossible_date"),
        ("29 Feb 1950", "! impossible_date"),
        ("29 Feb 1952", "1952-02-29"),
        ("1950-13-41", "! impossible_date"),
        ("0/0/1950", "! impossible_date"),
        ("7 March 0050", "! impossible_date"),
        ("1370/5/2", "! calendar"),
        ("2493-05-02", "! calendar"),
        ("March 1950", "! full_date"),
        ("1950", "! full_date"),
        ("March", "! date"),
        ("a long time ago", "! date"),
        ("7 March or April 1950", "! date"),
        ("12345", "! date"),
        ("昭和25年3月7日", "1950-03-07"),
    ],
)
def test_english_birth_dates(typed, meaning):
    assert shown(hear(BIRTH, typed, EN)) == meaning


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("1950年3月7日", "1950-03-07"),
        ("1950年03月07日生まれ", "1950-03-07"),
        ("西暦1950年3月7日", "1950-03-07"),
        ("一九五〇年三月七日", "1950-03-07"),
        ("千九百五十年三月七日", "1950-03-07"),
        ("１９５０／３／７", "1950-03-07"),
        ("1950、3、7", "1950-03-07"),
        ("50/3/7", "? 1950-03-07"),
        ("25.3.7", "? 1925-03-07"),
        ("50年3月7日", "? 1950-03-07"),
        ("昭和25年3月7日", "1950-03-07"),
        ("昭和二十五年三月七日", "1950-03-07"),
        ("昭和２５年３月７日です", "1950-03-07"),
        ("昭和 25 年 3 月 7 日", "1950-03-07"),
        ("S25.3.7", "1950-03-07"),
        ("s25/3/7", "1950-03-07"),
        ("S25年3月7日", "1950-03-07"),
        ("Ｓ２５．３．７", "1950-03-07"),
        ("㍼25年3月7日", "1950-03-07"),
        ("大正15年12月24日", "1926-12-24"),
        ("昭和元年12月25日", "1926-12-25"),
        ("平成元年1月8日", "1989-01-08"),
        ("H1.1.8", "1989-01-08"),
        ("平成元年1月7日", "! impossible_date"),
        ("昭和64年1月7日", "1989-01-07"),
        ("昭和64年1月8日", "! impossible_date"),
        ("平成31年4月30日", "2019-04-30"),
        ("平成31年5月1日", "! impossible_date"),
        ("平成40年1月1日", "! impossible_date"),
        ("昭和25年2月30日", "! impossible_date"),
        ("昭和0年1月1日", "! impossible_date"),
        ("民國39年3月7日", "1950-03-07"),
        ("民国39年3月7日", "1950-03-07"),
        ("39年3月7日", "? 1939-03-07"),
        ("72年3月7日", "? 1972-03-07"),
        ("1950年3月7号", "1950-03-07"),
        ("1950년 3월 7일", "1950-03-07"),
        ("1950年2月30日", "! impossible_date"),
        ("1950年3月", "! full_date"),
        ("昭和25年", "! full_date"),
        ("忘れました", "! date"),
    ],
)
def test_japanese_birth_dates(typed, meaning):
    assert shown(hear(BIRTH, typed, JA)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "2019", "2019"),
        (EN, "in 2019", "2019"),
        (EN, "about 2019", "~2019"),
        (EN, "around March 2019", "~2019-03"),
        (EN, "~2019", "~2019"),
        (EN, "2019?", "2019"),
        (EN, "March 2019", "2019-03"),
        (EN, "mar 2019", "2019-03"),
        (EN, "03/2019", "2019-03"),
        (EN, "2019-03", "2019-03"),
        (EN, "13/2019", "! impossible_date"),
        (EN, "7 March 2019", "2019-03-07"),
        (EN, "5 years ago", "? ~2021"),
        (EN, "five years ago", "? ~2021"),
        (EN, "long ago", "! partial_date"),
        (JA, "2019年", "2019"),
        (JA, "2019年3月", "2019-03"),
        (JA, "2019年3月ごろ", "~2019-03"),
        (JA, "だいたい2019年", "~2019"),
        (JA, "2019年頃です", "~2019"),
        (JA, "平成31年", "2019"),
        (JA, "令和元年", "2019"),
        (JA, "令和5年4月", "2023-04"),
        (JA, "R5", "2023"),
        (JA, "R5.4", "2023-04"),
        (JA, "平成31年5月", "! impossible_date"),
        (JA, "平成32年", "! impossible_date"),
        (JA, "民國108年", "2019"),
        (JA, "108年3月", "? 2019-03"),
        (JA, "5年前", "? ~2021"),
        (JA, "五年前", "? ~2021"),
    ],
)
def test_dates_known_in_part(words, typed, meaning):
    assert shown(hear(PARTIAL, typed, words)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "today", "2026-11-24"),
        (EN, "Yesterday.", "2026-11-23"),
        (EN, "tomorrow", "2026-11-25"),
        (JA, "今日", "2026-11-24"),
        (JA, "きのう", "2026-11-23"),
        (JA, "昨日です", "2026-11-23"),
        (AMERICAN, "03/04/1950", "? 1950-03-04"),
        (AMERICAN, "13/04/1950", "1950-04-13"),
        (AMERICAN, "04131950", "1950-04-13"),
        (EN, "1/12/27", "? 2027-12-01"),
        (EN, "13/12/27", "2027-12-13"),
        (EN, "13/12/77", "1977-12-13"),
    ],
)
def test_other_dates(words, typed, meaning):
    assert shown(hear(FULL, typed, words)) == meaning


def test_the_century_is_the_one_that_the_age_allows():
    anybody = item(ItemType.DATE, not_future=True)

    assert shown(hear(BIRTH, "13/4/20", EN)) == "1920-04-13"
    assert shown(hear(anybody, "13/4/20", EN)) == "? 2020-04-13"


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "last year", "2025"),
        (EN, "about last year", "~2025"),
        (EN, "this year", "2026"),
        (EN, "last month", "2026-10"),
        (JA, "去年", "2025"),
        (JA, "昨年ごろ", "~2025"),
        (JA, "一昨年", "2024"),
        (JA, "先月", "2026-10"),
    ],
)
def test_a_year_or_a_month_may_be_named_from_today(words, typed, meaning):
    assert shown(hear(PARTIAL, typed, words)) == meaning


def test_last_year_is_too_little_where_the_day_is_needed():
    assert shown(hear(item(ItemType.DATE), "last year", EN)) == "! full_date"
