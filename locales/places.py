"""Countries and time zones: names from CLDR, zones from the IANA database, both without a network."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError

LATIN_MARKS = re.compile("[\u0300-\u036f]")

ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("uk", "u.k.", "britain", "great britain", "england", "scotland", "wales"), "GB"),
    **dict.fromkeys(("us", "u.s.", "usa", "u.s.a.", "america", "united states of america"), "US"),
    **dict.fromkeys(("korea", "south korea", "republic of korea", "rok"), "KR"),
    **dict.fromkeys(("uae", "u.a.e.", "emirates", "dubai", "abu dhabi"), "AE"),
    **dict.fromkeys(("china", "mainland china", "prc", "people's republic of china"), "CN"),
    **dict.fromkeys(("hong kong", "hongkong", "hk"), "HK"),
    **dict.fromkeys(("macau", "macao"), "MO"),
    **dict.fromkeys(("taiwan", "republic of china"), "TW"),
    **dict.fromkeys(("russia", "russian federation"), "RU"),
    **dict.fromkeys(("turkey", "turkiye"), "TR"),
    **dict.fromkeys(("holland", "the netherlands"), "NL"),
    **dict.fromkeys(("czech republic", "czechia"), "CZ"),
    **dict.fromkeys(("vietnam", "viet nam"), "VN"),
    **dict.fromkeys(("ksa", "saudi"), "SA"),
    **dict.fromkeys(("burma", "myanmar"), "MM"),
    **dict.fromkeys(("ivory coast", "cote d'ivoire"), "CI"),
    **dict.fromkeys(("nihon", "nippon"), "JP"),
    **dict.fromkeys(("deutschland",), "DE"),
    **dict.fromkeys(("espana",), "ES"),
    **dict.fromkeys(("日本国", "にほん", "にっぽん"), "JP"),
    **dict.fromkeys(("米国", "アメリカ", "合衆国"), "US"),
    **dict.fromkeys(("英国", "イングランド"), "GB"),
    **dict.fromkeys(("大韓民国", "南朝鮮"), "KR"),
    **dict.fromkeys(("中華人民共和国", "中国本土"), "CN"),
    **dict.fromkeys(("香港", "ホンコン"), "HK"),
    **dict.fromkeys(("マカオ",), "MO"),
    **dict.fromkeys(("豪州", "オーストラリア連邦"), "AU"),
}
"""What people call countries besides CLDR's names."""

MOST_PEOPLE: Mapping[str, str] = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
"""Where the first zone in the database's table is not the one that most people live in."""


def country_name(code: str, language: str) -> str:
    """Return the name of an ISO 3166 country in a language, or the code if there is none."""
    return str(locale_of(language).territories.get(code, code))


@cache
def country_vocabulary(language: str) -> Mapping[str, str]:
    """Return {spelling, lower-case: ISO 3166 code}: names in the language and in English, and aliases."""
    names = {
        spelling: code
        for locale in (locale_of("en"), locale_of(language))
        for code in _codes()
        for spelling in _spellings(str(locale.territories.get(code, code)))
    }
    return {**names, **ALIASES}


@cache
def zones_of_country(code: str) -> tuple[str, ...]:
    """Return the IANA zones of a country, the one that most people live in first."""
    zones = [zone for country, zone in _zone_rows() if country == code]
    first = MOST_PEOPLE.get(code)
    return tuple(sorted(zones, key=lambda zone: zone != first))


@cache
def country_of_zone(zone: str) -> str:
    """Return the ISO 3166 country of an IANA zone, "" where the database names none."""
    return next((code for code, known in _zone_rows() if known == zone), "")


def every_zone() -> tuple[str, ...]:
    """Return the IANA zones of all countries."""
    return tuple(zone for _, zone in _zone_rows())


@cache
def locale_of(language: str) -> Locale:
    """Return CLDR's data of a language, English where there is none."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _spellings(name: str) -> Iterator[str]:
    lower = name.casefold()
    yield lower
    yield LATIN_MARKS.sub("", unicodedata.normalize("NFD", lower))
    if "&" in lower:
        yield lower.replace("&", "and")


@cache
def _codes() -> tuple[str, ...]:
    return tuple(row[0] for row in _table("iso3166.tab"))


@cache
def _zone_rows() -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[2]) for row in _table("zone.tab"))


def _table(name: str) -> Iterator[list[str]]:
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
