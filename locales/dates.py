"""Dates in words, as people say them: "12 March 1956", 「1956年3月12日」."""

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton

from handlers.core.values import PartialDate

DAY_FIRST = {"en": "en_GB"}
"""English without a country is CLDR's American one; day, month, year is plainer to most readers."""


def date_in_words(value: PartialDate | date, language: str) -> str:
    """Return the date with its month's name, as far as it is known ("March 2015", "2015")."""
    if isinstance(value, date):
        return _format(value, "yMMMMd", language)
    skeleton = "y" if value.month is None else "yMMMM" if value.day is None else "yMMMMd"
    return _format(value.first_day(), skeleton, language)


def _format(day: date, skeleton: str, language: str) -> str:
    try:
        locale = Locale.parse(DAY_FIRST.get(language, language), sep="_" if language in DAY_FIRST else "-")
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en_GB")
    if skeleton == "yMMMMd" and "yMMMMd" not in locale.datetime_skeletons:
        return str(locale.date_formats["long"].apply(day, locale))
    return format_skeleton(skeleton, day, locale=locale)
