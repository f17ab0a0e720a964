"""Cities that stand for a time zone: their names from CLDR, which zones there are from the IANA database."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from handlers.core.understanding.folding import bare, fold
from locales.places import every_zone, locale_of

LARGE: Final = (
    *("Asia/Tokyo", "Asia/Shanghai", "Asia/Kolkata", "Asia/Jakarta", "Asia/Karachi", "Asia/Dhaka"),
    *("Asia/Manila", "Asia/Seoul", "Asia/Bangkok", "Asia/Ho_Chi_Minh", "Asia/Singapore", "Asia/Hong_Kong"),
    *("Asia/Taipei", "Asia/Kuala_Lumpur", "Asia/Yangon", "Asia/Kathmandu", "Asia/Colombo", "Asia/Kabul"),
    *("Asia/Tehran", "Asia/Baghdad", "Asia/Riyadh", "Asia/Dubai", "Asia/Jerusalem", "Asia/Beirut"),
    *("Asia/Tashkent", "Asia/Almaty", "Asia/Vladivostok", "Asia/Novosibirsk", "Asia/Yekaterinburg"),
    *("Europe/Istanbul", "Europe/Moscow", "Europe/London", "Europe/Paris", "Europe/Berlin"),
    *("Europe/Madrid", "Europe/Rome", "Europe/Athens", "Europe/Kyiv", "Europe/Lisbon"),
    *("Africa/Cairo", "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Africa/Casablanca"),
    *("Africa/Abidjan", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Phoenix", "America/Anchorage", "Pacific/Honolulu", "America/Toronto", "America/Mexico_City"),
    *("America/Halifax", "America/St_Johns", "America/Sao_Paulo", "America/Argentina/Buenos_Aires"),
    *("America/Bogota", "America/Lima", "America/Caracas", "America/Santiago", "America/Havana"),
    *("Australia/Sydney", "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin", "Australia/Perth"),
    *("Pacific/Auckland", "Pacific/Port_Moresby", "Pacific/Fiji"),
)
"""Cities that many people know, shown before others with the same clock."""


@cache
def zones_by_size() -> tuple[str, ...]:
    """Return every zone that a place has, those of well-known cities first."""
    others = set(every_zone()) - set(LARGE)
    return (*LARGE, *sorted(zone for zone in others if not zone.startswith("Antarctica/")))


def city_name(zone: str, language: str) -> str:
    """Return the name of the city that a zone is called after: CLDR's, else the zone's own."""
    known = locale_of(language).time_zones.get(zone) or {}
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))


@cache
def city_vocabulary(language: str) -> Mapping[str, str]:
    """Return {city, folded: IANA zone}, in the language and in English."""
    smallest_first = tuple(reversed(zones_by_size()))
    return {bare(fold(city_name(zone, name))): zone for name in ("en", language) for zone in smallest_first}
