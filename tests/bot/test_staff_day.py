"""The day in words: numbers and a link, nothing of anybody."""

from datetime import UTC, datetime

import pytest

from bot.staff_day import in_words
from handlers.core.frozen import replace
from storage.views.day import Day
from tests.console.samples import CATALOGS
from tests.storage.samples import clinic

CONSOLE = "https://clinic.example/console/"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_number_stands_in_a_line_and_the_link_last(language):
    day = Day(alerts=11, tasks=22, fresh=33, ready=44, due=55, held=66)

    lines = in_words(day, clinic(), CATALOGS.get(language), NIGHT, CONSOLE).splitlines()

    assert [
        number
        for number in ("11", "22", "33", "44", "55", "66")
        if not any(number in one for one in lines[1:-1])
    ] == []
    assert (len(lines), lines[-1]) == (7, CONSOLE)


NIGHT = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)


def test_the_date_is_the_clinics():
    tokyo = replace(clinic(), zone="Asia/Tokyo")

    assert "2 December 2026" in in_words(Day(0, 0, 0, 0, 0, 0), tokyo, CATALOGS.get("en"), NIGHT, CONSOLE)
