"""From a template and its values to a page, in the language of whoever reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_timedelta, get_timezone_location
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console.access import Right
from bot.console.alarm import NO_ALARM, AlarmBar
from bot.console.deps import Console, Session
from bot.console.navigation import navigation
from handlers.core.case import Clinic
from locales import Catalog
from storage.accounts import Standing as AccountStanding
from storage.openings import Standing

LANGUAGE_COOKIE = "yorisoi-console-language"
LANGUAGES = {"en": "English", "ja": "日本語"}
"""The languages the console itself is written in."""

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Notice:
    """A line at the top of a page; `tone` is good, bad or info."""

    text: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page, when, and in which language."""

    request: Request
    deps: Console
    clinic: Clinic
    session: Session | None
    catalog: Catalog
    now: datetime
    clock_jumped: bool = False
    accounts: Sequence[AccountStanding] = ()
    """How each of the clinic's accounts at the services is; nobody is told who is not signed in."""
    alarm: AlarmBar = NO_ALARM
    opened: tuple[Standing, ...] = ()
    """Whose restricted answers the reader has opened in an emergency, wherever they are now."""
    closes_in: int = 0
    """In so many seconds this very page may not show such answers any more; 0 where it shows none."""
    to_review: int = 0

    @property
    def staff_id(self) -> str:
        """Return who this is, or nothing for somebody who is not signed in."""
        return self.session.staff_id if self.session else ""

    def may(self, right: Right) -> bool:
        """Say whether the reader's role allows this."""
        return self.session is not None and right in self.session.rights


class Pages:
    """Renders templates: autoescaped, and failing loudly on a name that is not there."""

    def __init__(self) -> None:
        """Set up the templates' environment."""
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, reader: Reader, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return the page that `template` makes of `values`."""
        page = self._environment.get_template(template)
        return HTMLResponse(page.render({**_surroundings(reader), **values}), status_code=status)


def language_of(request: Request, clinic: Clinic) -> str:
    """Return the reader's chosen language, else the clinic's, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE) or clinic.language
    return chosen if chosen in LANGUAGES else "en"


def local_moment(moment: datetime, zone: str, language: str) -> str:
    """Return date and time on the wall there: "24 Nov 2026, 10:00"."""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    return f"{_day_text(local, language)}{_between(language)}{local:%H:%M}"


def local_time(moment: datetime, zone: str) -> str:
    """Return the time of day on the wall there."""
    return moment.astimezone(ZoneInfo(zone or "UTC")).strftime("%H:%M")


def local_day(moment: datetime, zone: str, language: str) -> str:
    """Return the date there."""
    return _day_text(moment.astimezone(ZoneInfo(zone or "UTC")), language)


def date_text(day: date, language: str) -> str:
    """Return a date in words."""
    return _day_text(datetime(day.year, day.month, day.day, tzinfo=UTC), language)


def wall_time(local: str, language: str) -> str:
    """Return a stored wall-clock time "YYYY-MM-DDTHH:MM" in words; it needs no zone."""
    moment = datetime.fromisoformat(local)
    weekday = format_date(moment, "EEE", locale=language)
    return f"{_day_text(moment, language)} ({weekday}) {moment:%H:%M}"


def time_ago(moment: datetime, now: datetime, language: str) -> str:
    """Return how long ago `moment` was; what lies ahead of a turned-back clock is "now" too."""
    delta = min(moment - now, timedelta(0))
    return format_timedelta(delta, add_direction=True, locale=language)


def city_of(zone: str, language: str) -> str:
    """Return the city of a zone in the reader's language: "Asia/Tokyo" is Tokyo."""
    return get_timezone_location(zone, locale=language, return_city=True) if zone else "UTC"


def language_name(code: str | None, language: str) -> str:
    """Return a language's name in the reader's language, the code if it has none, or a dash."""
    if not code:
        return "\N{EN DASH}"
    try:
        return Locale.parse(code, sep="-").get_display_name(language) or code
    except (ValueError, UnknownLocaleError):
        return code


def _surroundings(reader: Reader) -> Mapping[str, Any]:
    language = reader.catalog.language
    zone = reader.clinic.zone
    return {
        "t": reader.catalog.plain,
        "session": reader.session,
        "may": {right.value.replace("-", "_"): reader.may(right) for right in Right},
        "demo": reader.deps.demo,
        "demo_bar": (),
        "nav": navigation(reader.request.url.path, reader.may),
        "path": reader.request.url.path,
        "language": language,
        "languages": tuple(LANGUAGES.items()),
        "now": reader.now,
        "clinic_zone": zone,
        "clinic_name": reader.clinic.texts.get("clinic_name") or reader.clinic.name,
        "notice": None,
        "clock_jumped": reader.clock_jumped,
        "accounts": reader.accounts,
        "alarm": reader.alarm,
        "opened": reader.opened,
        "closes_in": reader.closes_in,
        "closes_to": f"/console/patients/{reader.request.path_params.get('patient', '')}",
        "to_review": reader.to_review,
        "moment": partial(local_moment, language=language),
        "day": partial(local_day, language=language),
        "date": partial(date_text, language=language),
        "wall": partial(wall_time, language=language),
        "ago": partial(time_ago, now=reader.now, language=language),
        "city": partial(city_of, language=language),
        "clock": local_time,
        "utc": _utc,
        "language_name": partial(language_name, language=language),
    }


def _day_text(moment: datetime, language: str) -> str:
    return format_skeleton("yMMMd", moment, locale=language) if language != "en" else _english_day(moment)


def _english_day(moment: datetime) -> str:
    # Day before month, month in letters: nobody can read it the wrong way round.
    return f"{moment.day} {format_date(moment, 'MMM', locale='en')} {moment.year}"


def _between(language: str) -> str:
    return " " if language == "ja" else ", "


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
