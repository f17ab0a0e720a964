"""Reading times of day, and moments: a date with a time in the patient's zone."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.core.questionnaire import Item
from handlers.core.turn import Words
from handlers.core.understanding.dates import read_date
from handlers.core.understanding.folding import fold_known, plain
from handlers.core.understanding.numbers import western
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood
from handlers.core.understanding.spoken_times import in_digits, with_named_hours
from handlers.core.values import PartialDate

LONGEST_TIME = 40
LONGEST_MOMENT = 80
NOON = 12

_CLOCK = re.compile(
    r"(\d{1,2})(?:\s?[:.時时시h]\s?(?:(\d{2}|\d(?=\s?[分분]))\s?[分분]?|(半|반))?(?::\d{2}(?:\.\d+)?)?)?"
)
_AROUND = re.compile(r"^(?:at|um|à)\s+|^12\s+(?=\d+:00$)")
_FOUR = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII | re.IGNORECASE
)
"""A moment that says its own distance from UTC: no zone is asked."""
_IN_MOMENT = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|\d{1,2}\s?[時时시]\s?(?:\d{1,2}\s?[分분]|半|반)?|\d{1,2}(?=\s?(?:am|pm|a\.m\.|p\.m\.)(?:$|\s))"
)


def read_time(text: str, words: Words) -> Outcome:
    """Read a time of day; a bare hour is asked back."""
    if len(text) > LONGEST_TIME:
        return NotUnderstood("chat.not_understood.time")
    heard, _ = with_named_hours(western(plain(text)).strip(" .,。"), words)
    heard, half = _without_half_of_day(_AROUND.sub("", heard), words)
    heard = in_digits(heard, words)
    matched = _FOUR.fullmatch(heard) or _CLOCK.fullmatch(heard)
    if matched is None:
        return NotUnderstood("chat.not_understood.time")
    groups = matched.groups()
    minute = 30 if len(groups) > 2 and groups[2] else int(groups[1] or 0)  # noqa: PLR2004 - the half hour
    found = _time(int(groups[0]), minute, half)
    if found is None:
        return NotUnderstood("chat.not_understood.impossible_time")
    return Likely((found,)) if heard.isdecimal() and not half and len(heard) < 3 else Understood((found,))  # noqa: PLR2004


def understand_time(text: str, words: Words) -> time | None:
    """Return the time of day that `text` gives, guesses included, or None."""
    outcome = read_time(text, words)
    found = outcome.values[0] if not isinstance(outcome, NotUnderstood) else None
    return found if isinstance(found, time) else None


def read_moment(item: Item, text: str, words: Words, *, today: date, zone: str) -> Outcome:
    """Read a date with a time, both local in `zone` (an IANA name); the value is in UTC."""
    if _ISO.fullmatch(text.strip()):
        return _iso(text.strip())
    heard = re.sub(r"(?<=\d)t(?=\d)", " ", western(plain(text[:LONGEST_MOMENT])))
    heard, is_midnight = with_named_hours(heard, words)
    clock = _IN_MOMENT.search(heard)
    if len(text) > LONGEST_MOMENT or clock is None:
        return NotUnderstood("chat.not_understood.moment")
    day_text, time_text = _apart(heard, clock, words)
    day = read_date(item, day_text, words, today=today)
    at = read_time(time_text, words)
    if isinstance(day, NotUnderstood):
        return day if day.key.endswith("impossible_date") else NotUnderstood("chat.not_understood.moment")
    if isinstance(at, NotUnderstood):
        return at
    sure = isinstance(day, Understood) and isinstance(at, Understood) and not is_midnight
    return _moment(day.values[0], at.values[0], zone, sure=sure)


def _iso(text: str) -> Outcome:
    try:
        return Understood((datetime.fromisoformat(text.upper()).astimezone(UTC),))
    except (ValueError, OverflowError):
        return NotUnderstood("chat.not_understood.impossible_date")


def _moment(day: object, at: object, zone: str, *, sure: bool) -> Outcome:
    if not isinstance(day, PartialDate) or day.month is None or day.day is None or not isinstance(at, time):
        return NotUnderstood("chat.not_understood.moment")
    local = datetime(day.year, day.month, day.day, at.hour, at.minute, tzinfo=_zone(zone))
    moment = local.astimezone(UTC)
    return Understood((moment,)) if sure else Likely((moment,))


def _apart(heard: str, clock: re.Match[str], words: Words) -> tuple[str, str]:
    before, after = heard[: clock.start()], heard[clock.end() :]
    halves = [w for name in ("am", "pm") for word in words.marks.get(name, ()) if (w := fold_known(word))]
    kept = ""
    for half in sorted(halves, key=len, reverse=True):
        if before.rstrip().endswith(half) and not half.isascii():
            before, kept = before.rstrip().removesuffix(half), half
            break
        if after.lstrip().startswith(half):
            after, kept = after.lstrip().removeprefix(half), half
            break
    day = f"{before} {after}".strip(" ,.")
    return re.sub(r"(?:^|\s)(?:at|um|à|om)(?=\s|$)", " ", day).strip(" ,"), f"{clock.group()} {kept}".strip()


def _without_half_of_day(heard: str, words: Words) -> tuple[str, str]:
    for name in ("am", "pm"):
        for word in sorted(map(fold_known, words.marks.get(name, ())), key=len, reverse=True):
            if heard.endswith(word):
                return heard.removesuffix(word).strip(" ."), name
            if heard.startswith(word) and not word.isascii():
                return heard.removeprefix(word).strip(), name
    return heard, ""


def _time(hour: int, minute: int, half: str) -> time | None:
    if half and not 0 <= hour <= NOON:
        half = "" if half == "pm" else "x"
    if half == "pm" and hour < NOON:
        hour += NOON
    if half == "am" and hour == NOON:
        hour = 0
    if half == "x" or not 0 <= hour < 24 or not 0 <= minute < 60:  # noqa: PLR2004 - hours and minutes
        return None
    return time(hour, minute)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
