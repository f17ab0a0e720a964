"""Countries and zones."""

from zoneinfo import available_timezones

import pytest

from locales import country_name, country_vocabulary, zones_of_country


@pytest.mark.parametrize(
    ("spelling", "language", "code"),
    [
        ("canada", "en", "CA"),
        ("uk", "en", "GB"),
        ("usa", "en", "US"),
        ("korea", "en", "KR"),
        ("türkiye", "en", "TR"),
        ("turkiye", "en", "TR"),
        ("trinidad and tobago", "en", "TT"),
        ("カナダ", "ja", "CA"),
        ("ガーナ", "ja", "GH"),
        ("米国", "ja", "US"),
        ("germany", "ja", "DE"),
    ],
)
def test_a_country_is_known_by_the_names_people_use(spelling, language, code):
    assert country_vocabulary(language)[spelling] == code


def test_every_spelling_is_lower_case():
    assert all(spelling == spelling.casefold() for spelling in country_vocabulary("ja"))


@pytest.mark.parametrize(("language", "name"), [("en", "Japan"), ("ja", "日本"), ("zh-Hans", "日本")])
def test_a_country_has_a_name_in_the_language(language, name):
    assert country_name("JP", language) == name


def test_an_unknown_code_is_shown_as_it_is():
    assert country_name("QQ", "en") == "QQ"


@pytest.mark.parametrize(
    ("code", "zone"),
    [("JP", "Asia/Tokyo"), ("US", "America/New_York"), ("AU", "Australia/Sydney"), ("RU", "Europe/Moscow")],
)
def test_the_zone_that_most_people_live_in_comes_first(code, zone):
    assert zones_of_country(code)[0] == zone


def test_every_country_has_zones_that_exist():
    zones = {zone for code in country_vocabulary("en").values() for zone in zones_of_country(code)}

    assert zones <= available_timezones()


def test_an_unknown_country_has_no_zone():
    assert zones_of_country("QQ") == ()
