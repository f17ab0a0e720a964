"""What stands beside a patient's name: where they travel, a pause, and silence as silence."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.console.render import Reader, local_day
from handlers.core.protocol import Protocol
from handlers.core.travel import Trip, ahead
from handlers.core.unanswered import silence_of
from locales.dates import date_in_words
from locales.places import country_name
from storage.views.models import Record


def where_and_how(record: Record, protocol: Protocol, reader: Reader) -> Mapping[str, Any]:
    """Return the lines about trips, the pause and silence, each empty where there is nothing to say."""
    return {
        "trips": [_trip(trip, reader) for trip in ahead(record.patient.trips, reader.now)],
        "paused": _paused(record, reader),
        "silence": _silence(record, protocol, reader),
    }


def _trip(trip: Trip, reader: Reader) -> str:
    language, say = reader.catalog.language, reader.catalog.plain
    place = country_name(trip.country, language)
    first, last = (date_in_words(date.fromisoformat(day), language) for day in (trip.first, trip.last))
    if trip.holds(reader.now):
        return say("console.patient.travelling", place=place, day=last)
    return say("console.patient.will_travel", place=place, first=first, last=last)


def _paused(record: Record, reader: Reader) -> str:
    until = record.patient.paused_until
    if until is None or until <= reader.now:
        return ""
    day = local_day(until, reader.clinic.zone, reader.catalog.language)
    return reader.catalog.plain("console.patient.paused", day=day)


def _silence(record: Record, protocol: Protocol, reader: Reader) -> str:
    heard = max((one.last_heard_at for one in record.contacts if one.last_heard_at), default=None)
    silence = silence_of(protocol, record.follow_ups, heard)
    if silence is None:
        return ""
    day = local_day(silence.since, reader.clinic.zone, reader.catalog.language)
    key = "console.patient.silent_one" if silence.messages == 1 else "console.patient.silent"
    return reader.catalog.plain(key, number=str(silence.messages), day=day)
