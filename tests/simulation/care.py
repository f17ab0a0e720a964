"""The calendar of the pack, computed apart from the product."""

import calendar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ZONES = ("Asia/Tokyo", "Europe/Berlin", "Europe/London", "Asia/Kolkata", "Africa/Cairo")
"""Of the countries of the pack's first question, in its order."""

MONTHS = {"M1": 1, "M3": 3, "M6": 6}


def due_at(day, months, hour, zone):
    """Return the moment of a check-in, by the calendar: clamped at a month's end, at that wall time."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    wall = time.fromisoformat(hour)
    return datetime.combine(date(year, month + 1, min(day.day, last)), wall, ZoneInfo(zone))
