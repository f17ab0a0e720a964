"""A date by taps: the decade where there are many years, then year, month and day.

| page's number      | what stands on it                             |
|--------------------|-----------------------------------------------|
| <part>             | the decades, or the years where they are few   |
| <decade, 3><part>  | the years of the decade                       |
| <year, 4><part>    | the months of the year                        |
| <year><month><part> | the days of the month                        |
"""

import re
from calendar import monthrange
from datetime import date
from unicodedata import normalize

from handlers.core.birth import birth_for
from handlers.core.messages import Phrase
from handlers.core.pads.cells import Cell, Pad
from handlers.core.questionnaire import Item
from handlers.core.showing import date_phrase, today
from handlers.core.turn import Scene
from handlers.core.understanding.checks import month_ahead
from handlers.core.values import PartialDate

FEW_YEARS = 12
LONGEST_LIFE = 110
AHEAD = 5
"""So many years from now are offered where an item sets no limit."""
NEWEST_YEARS = 1
"""Of this year and so many before it the day is asked too, where a month would be enough; not of plans."""
_ROOT, _DECADE, _YEAR, _MONTH = 1, 4, 5, 7
_DECADE_NAME = re.compile(r"(\d{3})0(?:'?s|年?代)", re.ASCII)
_YEAR_TAG = 4


def date_pad(scene: Scene, item: Item, page: int) -> Pad | None:
    """Return a page of a date's pad, None if there is no such page."""
    first, last = _span(scene, item)
    digits = str(page)
    known = digits[:-1]
    match len(digits):
        case 1:
            return _first_page(first, last)
        case 4 if first.year // 10 <= int(known) <= last.year // 10:
            return _years_of(int(known), first, last)
        case 5 if first.year <= int(known) <= last.year:
            return _months_of(scene, item, int(known), first, last)
        case 7 if 1 <= int(known[4:]) <= 12:  # noqa: PLR2004 - the months of a year
            return _days_of(item, int(known[:4]), int(known[4:]), first, last)
        case _:
            return None


def date_value(tag: str, *, about: bool) -> PartialDate | None:
    """Return the date in a button's tag: 1948, 194803 or 19480312; None if there is no such day."""
    if len(tag) not in {4, 6, 8} or not tag.isdecimal():
        return None
    year, month, day = int(tag[:4]), int(tag[4:6] or 0) or None, int(tag[6:] or 0) or None
    value = PartialDate(year, month, day, about=about)
    try:
        value.first_day()
    except ValueError:
        return None
    return value


def date_label(code: str, tag: str) -> Phrase | None:
    """Return what stands on the button of a cell."""
    known = tag[:-1] if code == "page" else tag
    if len(known) == _DECADE - 1:
        return _decade_label(int(known))
    value = date_value(known, about=code == "about")
    return date_phrase(value) if value else None


def typed_date_cell(scene: Scene, item: Item, text: str) -> Cell | None:
    """Return the cell of the open page that typed words name: a year, a month or a day alone."""
    page = scene.dialogue.page
    heard = normalize("NFKC", text).strip().casefold().rstrip(".,年月日")
    kind = len(str(page))
    if kind == _ROOT and (named := _DECADE_NAME.fullmatch(heard)):
        target = int(named[1]) * 10
        return (
            Cell("page", str(target), _decade_label(int(named[1]))) if date_pad(scene, item, target) else None
        )
    if kind in {_ROOT, _DECADE} and len(heard) == _YEAR_TAG and heard.isdecimal():
        target = int(heard) * 10
        return Cell("page", str(target), _year_label(int(heard))) if date_pad(scene, item, target) else None
    number = int(heard) if heard.isdecimal() and len(heard) <= 2 else None  # noqa: PLR2004 - a day or month
    if kind == _YEAR:
        number = scene.words.months.get(heard, number)
    pad = date_pad(scene, item, page) if number and kind in {_YEAR, _MONTH} else None
    return _cell_of(pad, number, kind) if pad and number else None


def _cell_of(pad: Pad, number: int, kind: int) -> Cell | None:
    place = slice(4, 6) if kind == _YEAR else slice(6, 8)
    return next((cell for cell in pad.cells if int(cell.tag[place]) == number), None)


def _span(scene: Scene, item: Item) -> tuple[date, date]:
    """Return the first and the last day that the item can take."""
    limits, now, born = item.constraints, today(scene), birth_for(scene, item)
    oldest = limits.max_age_years if limits.max_age_years is not None else LONGEST_LIFE
    firsts = [date(max(1000, now.year - oldest - 1), 1, 1), *([born] if born else [])]
    lasts = [date(min(9999, now.year + AHEAD), 12, 31), *([now] if limits.not_future else [])]
    if isinstance(limits.minimum, PartialDate):
        firsts = [limits.minimum.first_day(), *firsts[1:]]
    if isinstance(limits.maximum, PartialDate):
        lasts = [_last_day(limits.maximum), *lasts[1:]]
    if limits.not_past:
        firsts = [now]
    if limits.max_months_ahead is not None:
        lasts = [_last_day(month_ahead(now, limits.max_months_ahead))]
    if limits.min_age_years is not None:
        lasts.append(_years_before(now, limits.min_age_years))
    if limits.max_age_years is not None:
        firsts[0] = _years_before(now, limits.max_age_years + 1)
    first, last = max(firsts), min(lasts)
    return (first, last) if first <= last else (last, last)


def _last_day(value: PartialDate) -> date:
    month = value.month or 12
    return date(value.year, month, value.day or monthrange(value.year, month)[1])


def _years_before(day: date, years: int) -> date:
    year = max(1000, day.year - years)
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _first_page(first: date, last: date) -> Pad:
    if not _many_years(first, last):
        return Pad(Phrase("chat.pad.year"), _years(first.year, last.year))
    decades = range(first.year // 10, last.year // 10 + 1)
    return Pad(
        Phrase("chat.pad.year"), tuple(Cell("page", f"{each}0", _decade_label(each)) for each in decades)
    )


def _many_years(first: date, last: date) -> bool:
    return last.year - first.year >= FEW_YEARS


def _years(first: int, last: int) -> tuple[Cell, ...]:
    return tuple(Cell("page", f"{year}0", _year_label(year)) for year in range(first, last + 1))


def _years_of(decade: int, first: date, last: date) -> Pad:
    cells = _years(max(first.year, decade * 10), min(last.year, decade * 10 + 9))
    return Pad(Phrase("chat.pad.year"), cells, above=0)


def _months_of(scene: Scene, item: Item, year: int, first: date, last: date) -> Pad:
    is_enough = item.constraints.partial_date
    is_old = year < today(scene).year - NEWEST_YEARS
    final = is_enough and (is_old or item.constraints.not_past)
    months = [month for month in range(1, 13) if _meets(year, month, first, last)]
    cells = tuple(_month_cell(year, month, final=final) for month in months)
    above = year // 10 * 10 if _many_years(first, last) else 0
    lead = Phrase("chat.pad.month", {"year": _year_label(year)})
    return Pad(lead, cells, _about_the_year(year) if is_enough else (), above)


def _month_cell(year: int, month: int, *, final: bool) -> Cell:
    tag = f"{year}{month:02d}"
    return Cell("set" if final else "page", tag if final else f"{tag}0", Phrase(f"chat.month.{month}"))


def _about_the_year(year: int) -> tuple[Cell, ...]:
    about = Phrase("chat.pad.about", {"year": str(year)})
    return Cell("set", str(year), Phrase("chat.pad.only_year")), Cell("about", str(year), about)


def _days_of(item: Item, year: int, month: int, first: date, last: date) -> Pad | None:
    if not _meets(year, month, first, last):
        return None
    days = (date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1))
    cells = tuple(_day_cell(day) for day in days if first <= day <= last)
    only = Cell("set", f"{year}{month:02d}", Phrase("chat.pad.only_month"))
    lead = Phrase("chat.pad.day", {"month": date_phrase(PartialDate(year, month))})
    return Pad(lead, cells, (only,) if item.constraints.partial_date else (), above=year * 10)


def _day_cell(day: date) -> Cell:
    return Cell("set", f"{day:%Y%m%d}", Phrase("chat.pad.of_month", {"day": str(day.day)}))


def _meets(year: int, month: int, first: date, last: date) -> bool:
    return (first.year, first.month) <= (year, month) <= (last.year, last.month)


def _decade_label(decade: int) -> Phrase:
    return Phrase("chat.pad.decade", {"year": str(decade * 10)})


def _year_label(year: int) -> Phrase:
    return Phrase("chat.date.year", {"year": str(year)})
