"""Times, moments, addresses, free text and built-in lists."""

from datetime import UTC, datetime, time

import pytest

from handlers.core.questionnaire import ItemType
from handlers.core.understanding import Likely, NotUnderstood, Understood, match_vocabulary, understand_time
from handlers.core.values import Coding
from tests.core.understanding.samples import EN, JA, hear, item, option, shown

TIME = item(ItemType.TIME)
MOMENT = item(ItemType.DATETIME)
URL = item(ItemType.URL)
TEXT = item(ItemType.TEXT)
COUNTRY = item(ItemType.OPEN_CHOICE, options=(option("type", "Type the country"),))
COUNTRIES = {
    "japan": "JP",
    "日本": "JP",
    "viet nam": "VN",
    "vietnam": "VN",
    "việt nam": "VN",
    "iran": "IR",
    "iraq": "IQ",
    "austria": "AT",
    "australia": "AU",
    "united states": "US",
    "usa": "US",
    "united kingdom": "GB",
    "netherlands": "NL",
    "côte d'ivoire": "CI",
    "oman": "OM",
    "germany": "DE",
    "niger": "NE",
    "nigeria": "NG",
}


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "9:30", "09:30:00"),
        (EN, "09:30", "09:30:00"),
        (EN, "21:30", "21:30:00"),
        (EN, "9:30 pm", "21:30:00"),
        (EN, "9:30PM", "21:30:00"),
        (EN, "9.30 p.m.", "21:30:00"),
        (EN, "9 pm", "21:00:00"),
        (EN, "9am", "09:00:00"),
        (EN, "9 in the evening", "21:00:00"),
        (EN, "12 am", "00:00:00"),
        (EN, "12:15 pm", "12:15:00"),
        (EN, "21:30 pm", "21:30:00"),
        (EN, "0930", "09:30:00"),
        (EN, "9", "? 09:00:00"),
        (EN, "21h30", "21:30:00"),
        (EN, "9:30:15", "09:30:00"),
        (EN, "21:30 am", "! impossible_time"),
        (EN, "25:00", "! impossible_time"),
        (EN, "9:75", "! impossible_time"),
        (EN, "soon", "! time"),
        (JA, "21時半", "21:30:00"),
        (JA, "21時", "21:00:00"),
        (JA, "9時5分", "09:05:00"),
        (JA, "午後9時30分", "21:30:00"),
        (JA, "午前九時半", "09:30:00"),
        (JA, "夜9時", "21:00:00"),
        (JA, "２１：３０", "21:30:00"),
        (JA, "25時", "! impossible_time"),
        (JA, "昼ごろ", "! time"),
    ],
)
def test_times(words, typed, meaning):
    assert shown(hear(TIME, typed, words)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "7 March 2026 9:30", datetime(2026, 3, 7, 0, 30, tzinfo=UTC)),
        (EN, "2026-03-07 21:30", datetime(2026, 3, 7, 12, 30, tzinfo=UTC)),
        (EN, "2026-03-07T21:30:00", datetime(2026, 3, 7, 12, 30, tzinfo=UTC)),
        (EN, "9:30 pm on 7 March 2026", datetime(2026, 3, 7, 12, 30, tzinfo=UTC)),
        (EN, "7 March 2026, 9 pm", datetime(2026, 3, 7, 12, 0, tzinfo=UTC)),
        (EN, "yesterday at 9:30", datetime(2026, 11, 23, 0, 30, tzinfo=UTC)),
        (JA, "2026年3月7日 午後9時半", datetime(2026, 3, 7, 12, 30, tzinfo=UTC)),
        (JA, "2026年3月7日21時30分", datetime(2026, 3, 7, 12, 30, tzinfo=UTC)),
        (JA, "令和8年3月7日 21:30", datetime(2026, 3, 7, 12, 30, tzinfo=UTC)),
        (JA, "昨日の9時", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
    ],
)
def test_moments_are_local_in_the_zone_and_kept_in_utc(words, typed, meaning):
    assert hear(MOMENT, typed, words, zone="Asia/Tokyo").values == (meaning,)


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [("7 March 2026", "! moment"), ("31 February 2026 9:30", "! impossible_date"), ("9:30", "! moment")],
)
def test_a_moment_needs_a_day_and_a_time(typed, meaning):
    assert shown(hear(MOMENT, typed, EN)) == meaning


def test_an_unknown_zone_counts_as_utc():
    outcome = hear(MOMENT, "2026-03-07 21:30", EN, zone="No/Where")

    assert outcome.values == (datetime(2026, 3, 7, 21, 30, tzinfo=UTC),)


def test_a_time_of_day_can_be_read_without_an_item():
    assert understand_time("half past never", EN) is None
    assert understand_time("9", EN) == time(9)


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("https://example.com", "https://example.com"),
        (" http://example.com/a?b=1#c ", "http://example.com/a?b=1#c"),
        ("HTTPS://Example.com:8080/x", "HTTPS://Example.com:8080/x"),
        ("https://日本語.jp/あ", "https://日本語.jp/あ"),
        ("example.com/page", "? https://example.com/page"),
        ("www.example.com", "? https://www.example.com"),
        ("javascript:alert(1)", "! url"),
        ("ftp://example.com", "! url"),
        ("https://user:secret@example.com", "! url"),
        ("https://localhost", "! url"),
        ("https://exa mple.com", "! url"),
        ("hello", "! url"),
        ("https://" + "a." * 900 + "com", "! url"),
        ("a." * 990 + "!", "! url"),
    ],
)
def test_web_addresses(typed, meaning):
    assert shown(hear(URL, typed, EN)) == meaning


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  I shake a lot \r\n at night ", "I shake a lot \n at night"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("pay \u202ecba\u202c now", "pay cba now"),
        ("x\u2067y\u2069z", "xyz"),
        ("cafe\u0301", "café"),
        ("a\ud800b", "ab"),
        ("１２３", "１２３"),
        ("👨‍👩‍👧 ok", "👨‍👩‍👧 ok"),
        ("نص عربي", "نص عربي"),
        ("a\tb", "a\tb"),
        ("e" + "\u0301" * 100, "é" + "\u0301" * 29),
    ],
)
def test_free_text_is_kept_as_typed_without_what_cannot_be_seen(typed, kept):
    assert hear(TEXT, typed, EN).values == (kept,)


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("Japan", "JP"),
        ("JAPAN.", "JP"),
        ("Japn", "JP"),
        ("日本", "JP"),
        ("The Netherlands", "NL"),
        ("viet nam", "VN"),
        ("Viêt Nam", "VN"),
        ("United Stats", "US"),
        ("united k", "? GB"),
        ("germ", "? DE"),
        ("Cote d'Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("Irab", "Irab"),
        ("Austria", "AT"),
        ("Niger", "NE"),
        ("Atlantis", "Atlantis"),
        ("1", "type"),
    ],
)
def test_countries_are_matched_and_others_kept_as_typed(typed, meaning):
    assert shown(hear(COUNTRY, typed, EN, vocabulary=COUNTRIES)) == meaning


def test_a_matched_country_takes_the_system_of_the_options():
    assert hear(COUNTRY, "japan", EN, vocabulary=COUNTRIES).values == (Coding("JP", "urn:s", "Japan"),)


def test_several_countries_are_taken_where_the_item_repeats():
    many = item(ItemType.OPEN_CHOICE, repeats=True)

    assert shown(hear(many, "Japan, Viet Nam, Atlantis", EN, vocabulary=COUNTRIES)) == "JP, VN, Atlantis"


@pytest.mark.parametrize("typed", ["1", "９", "12.", "１ 2", "#1"])
def test_a_bare_number_is_no_country_where_no_options_are_shown(typed):
    asked = item(ItemType.OPEN_CHOICE, example="Canada")

    outcome = hear(asked, typed, EN, vocabulary=COUNTRIES)

    assert outcome == NotUnderstood("chat.not_understood.example", {"example": "Canada"})


def test_a_number_beyond_the_options_is_no_country_either():
    assert hear(COUNTRY, "7", EN, vocabulary=COUNTRIES) == NotUnderstood(
        "chat.not_understood.choice", {"last": "1"}
    )


def test_an_empty_list_matches_nothing():
    assert match_vocabulary("japan", {}) is None


@pytest.mark.parametrize(
    ("kind", "key"),
    [(ItemType.ATTACHMENT, "attachment"), (ItemType.GROUP, "any"), (ItemType.DISPLAY, "any")],
)
def test_what_takes_no_text_says_so(kind, key):
    assert shown(hear(item(kind), "hello", EN)) == f"! {key}"


def test_an_item_with_an_example_of_its_own_shows_that():
    outcome = hear(item(ItemType.DATE, example="5 May 1950"), "hello", EN)

    assert (outcome.key, outcome.values) == ("chat.not_understood.example", {"example": "5 May 1950"})


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "noon", "12:00:00"),
        (EN, "12 noon", "12:00:00"),
        (EN, "at noon", "12:00:00"),
        (EN, "midnight", "00:00:00"),
        (EN, "half past nine", "09:30:00"),
        (EN, "half past nine pm", "21:30:00"),
        (EN, "quarter to one", "12:45:00"),
        (EN, "a quarter past 7", "07:15:00"),
        (EN, "nine o'clock", "? 09:00:00"),
        (JA, "正午", "12:00:00"),
        (JA, "真夜中", "00:00:00"),
        (JA, "9時半", "09:30:00"),
        (EN, "half past thirteen", "! time"),
        (EN, "afternoon", "! time"),
    ],
)
def test_times_in_words_are_understood(words, typed, meaning):
    assert shown(hear(TIME, typed, words)) == meaning


@pytest.mark.parametrize(
    ("words", "typed", "meaning"),
    [
        (EN, "2026-03-07T09:30:00+09:00", datetime(2026, 3, 7, 0, 30, tzinfo=UTC)),
        (EN, "2026-03-07T09:30Z", datetime(2026, 3, 7, 9, 30, tzinfo=UTC)),
        (EN, "2026-03-07 09:30-0500", datetime(2026, 3, 7, 14, 30, tzinfo=UTC)),
        (EN, "7 March 2026 at noon", datetime(2026, 3, 7, 3, tzinfo=UTC)),
        (JA, "2026年3月7日正午", datetime(2026, 3, 7, 3, tzinfo=UTC)),
    ],
)
def test_moments_with_their_own_offset_or_with_a_named_hour_are_understood(words, typed, meaning):
    assert hear(MOMENT, typed, words, zone="Asia/Tokyo") == Understood((meaning,))


def test_which_midnight_is_meant_is_asked_back():
    assert isinstance(hear(MOMENT, "7 March 2026 midnight", EN), Likely)


def test_an_offset_that_cannot_be_is_refused():
    assert shown(hear(MOMENT, "2026-03-07T09:30+99:99", EN)) == "! impossible_date"
