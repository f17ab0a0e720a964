"""The shapes in which a date can be written: each gives the readings that it allows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.core.frozen import replace
from handlers.core.turn import Words
from handlers.core.understanding.eras import ERAS, MINGUO, Era
from handlers.core.understanding.folding import bare, bare_known, fold_known, within_one

SHORTEST_MISTYPED = 5

ENGLISH_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ERA_NAMES = "|".join(sorted(map(re.escape, ERAS), key=len, reverse=True))
_ERA_DATE = re.compile(
    rf"({_ERA_NAMES})\s?(\d{{1,3}}|元)(?:\s?年\s?|[./\- ]|$)"
    r"(?:(\d{1,2})(?:\s?月\s?|[./\- ]|$)(?:(\d{1,2})\s?日?)?)?(?:生まれ|生|うまれ)?"
)
_EAST_ASIAN = re.compile(
    r"(?:西暦|西元|公元)?\s?(\d{2,4})\s?[年년]\s?(?:(\d{1,2})\s?[月월]\s?(?:(\d{1,2})\s?[日号號일])?)?(?:生まれ|生|うまれ)?"
)
_NUMBERS = re.compile(r"(\d{1,4})(?:\s?[-/.、]\s?| )(\d{1,2})(?:\s?[-/.、]\s?| )(\d{1,4})\.?")
_TWO = re.compile(r"(\d{1,4})\s?[-/. ]\s?(\d{1,4})")
_COMPACT = re.compile(r"(\d{8})")
_YEAR = re.compile(r"(\d{4})")
_TOKENS = re.compile(r"\d+|[^\W\d_]+(?:[.'][^\W\d_]+)*")
_ORDINALS = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b")
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "DMY": ("DMY", "MDY"),
    "MDY": ("MDY", "DMY"),
    "YMD": ("YMD", "DMY", "MDY"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a date; `year` may be of two digits; `era` bounds it.

    `sure` is false where the year may count from an era that was left out.
    """

    year: int
    month: int | None = None
    day: int | None = None
    era: Era | None = None
    short_year: bool = False
    sure: bool = True


def readings(heard: str, words: Words) -> list[Reading]:
    """Return the possible readings of a folded text, the locale's usual one first; [] for no date."""
    return (
        _era_date(heard)
        or _east_asian(heard)
        or _three_numbers(heard, words)
        or _compact(heard, words)
        or _year_and_month(heard)
        or _year_alone(heard)
        or _with_month_name(heard, words)
    )


def _era_date(heard: str) -> list[Reading]:
    match = _ERA_DATE.fullmatch(heard)
    if not match:
        return []
    era = ERAS[match.group(1)]
    number = 1 if match.group(2) == "元" else int(match.group(2))
    return [Reading(era.year(number) or 0, _int(match.group(3)), _int(match.group(4)), era)]


def _east_asian(heard: str) -> list[Reading]:
    match = _EAST_ASIAN.fullmatch(heard)
    if not match:
        return []
    year, month, day = match.groups()
    if len(year) == 3:  # noqa: PLR2004 - 108年 without 民國
        return [Reading(MINGUO.year(int(year)) or 0, _int(month), _int(day), MINGUO, sure=False)]
    # 50年 may well be Showa 50, which is 1975.
    reading = _reading(year, month, day)
    return [replace(reading, sure=not reading.short_year)]


def _three_numbers(heard: str, words: Words) -> list[Reading]:
    match = _NUMBERS.fullmatch(heard)
    if not match:
        return []
    first, second, third = match.groups()
    if len(first) == 4:  # noqa: PLR2004 - a year
        return [_reading(first, second, third), *_backwards(first, second, third)]
    if len(first) == 3 or len(third) == 3:  # noqa: PLR2004 - no year has three digits
        return []
    return _in_orders((first, second, third), words.date_order)


def _backwards(year: str, second: str, third: str) -> list[Reading]:
    # 1950-25-12 can only mean 25 December; 1950-03-04 is ISO 8601 everywhere.
    return [_reading(year, third, second)] if int(second) > 12 and len(third) < 3 else []  # noqa: PLR2004


def _in_orders(parts: tuple[str, str, str], order: str) -> list[Reading]:
    first, second, third = parts
    found = []
    for each in _ORDERS.get(order, _ORDERS["DMY"]):
        if each == "YMD" and len(third) < 3:  # noqa: PLR2004 - a day
            found.append(replace(_reading(first, second, third), sure=len(first) > 2))  # noqa: PLR2004 - 25.3.7
        elif each == "DMY":
            found.append(_reading(third, second, first))
        elif each == "MDY":
            found.append(_reading(third, first, second))
    return found


def _compact(heard: str, words: Words) -> list[Reading]:
    match = _COMPACT.fullmatch(heard)
    if not match:
        return []
    digits = match.group(1)
    year_first = _reading(digits[:4], digits[4:6], digits[6:])
    if digits[:2] in {"19", "20"} and int(digits[4:6]) <= 12:  # noqa: PLR2004 - a month
        return [year_first]
    return _in_orders((digits[:2], digits[2:4], digits[4:]), "MDY" if words.date_order == "MDY" else "DMY")


def _year_and_month(heard: str) -> list[Reading]:
    match = _TWO.fullmatch(heard)
    if not match:
        return []
    first, second = match.groups()
    if len(first) == 4 and len(second) <= 2:  # noqa: PLR2004 - year and month
        return [_reading(first, second, None)]
    if len(second) == 4 and len(first) <= 2:  # noqa: PLR2004 - month and year
        return [_reading(second, first, None)]
    return []


def _year_alone(heard: str) -> list[Reading]:
    match = _YEAR.fullmatch(heard)
    return [Reading(int(match.group(1)))] if match else []


def _with_month_name(heard: str, words: Words) -> list[Reading]:
    tokens = _TOKENS.findall(_ORDINALS.sub("", _with_short_months(heard, words)))
    named = [(index, month) for index, token in enumerate(tokens) if (month := month_named(token, words))]
    numbers = [token for token in tokens if token.isdecimal()]
    if len(named) != 1 or not 1 <= len(numbers) <= 2 or len(tokens) > 6:  # noqa: PLR2004 - day, year, few words
        return []
    month = named[0][1]
    match [len(number) for number in numbers]:
        case [4]:
            return [_reading(numbers[0], str(month), None)]
        case [4, 1 | 2]:
            return [_reading(numbers[0], str(month), numbers[1])]
        case [1 | 2, 2 | 4]:
            return [_reading(numbers[1], str(month), numbers[0])]
        case _:
            return []


def _with_short_months(heard: str, words: Words) -> str:
    # Names of several words, such as "tháng 3", are put into one first; the longest wins.
    for name in sorted((name for name in words.months if " " in name), key=len, reverse=True):
        heard = heard.replace(fold_known(name), f" {ENGLISH_MONTHS[words.months[name] - 1]} ")
    return heard


def month_named(token: str, words: Words) -> int | None:
    """Return the month that a word names, in the language or in English; one slip is forgiven."""
    known = {**_english_months(), **{fold_known(w): n for w, n in words.months.items()}}
    if token.strip(".") in known:
        return known[token.strip(".")]
    plain_token = bare(token)
    close = {number for name, number in known.items() if _is_close(plain_token, bare_known(name))}
    return close.pop() if len(close) == 1 else None


def _is_close(token: str, name: str) -> bool:
    return name == token or (len(name) >= SHORTEST_MISTYPED and within_one(token, name))


def _english_months() -> dict[str, int]:
    names = {name: number for number, name in enumerate(ENGLISH_MONTHS, start=1)}
    return names | {name[:3]: number for name, number in names.items()} | {"sept": 9}


def _reading(year: str, month: str | None, day: str | None) -> Reading:
    return Reading(int(year), _int(month), _int(day), short_year=len(year) <= 2)  # noqa: PLR2004 - '50


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None
