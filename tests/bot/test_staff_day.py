"""The day in words: numbers and a link, nothing of anybody."""

from datetime import UTC, datetime

import pytest

from bot.staff_day import MOST, First, in_words
from handlers.core.frozen import replace
from handlers.core.worklist import Sort
from storage.views.day import Day
from storage.views.work import FirstLine
from tests.console.samples import CATALOGS
from tests.storage.samples import clinic

CONSOLE = "https://clinic.example/console/"
NOTHING = First((), 0)
QUIET = Day(0, 0, 0, 0, 0, 0)
LONG = "https://a-clinic-with-a-rather-long-name.hospital.example.org:8443/console/"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_number_stands_in_a_line_and_the_link_last(language):
    day = Day(alerts=11, tasks=22, fresh=33, ready=44, due=55, held=66)

    lines = in_words(day, NOTHING, clinic(), CATALOGS.get(language), NIGHT, CONSOLE).splitlines()

    assert [
        number
        for number in ("11", "22", "33", "44", "55", "66")
        if not any(number in one for one in lines[1:-1])
    ] == []
    assert (len(lines), lines[-1]) == (7, CONSOLE)


NIGHT = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)


def test_the_date_is_the_clinics():
    tokyo = replace(clinic(), zone="Asia/Tokyo")

    assert "2 December 2026" in in_words(QUIET, NOTHING, tokyo, CATALOGS.get("en"), NIGHT, CONSOLE)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_first_lines_of_the_worklist_stand_there_with_their_links_and_how_many_more(language):
    lines = [FirstLine(sort, f"YR-{n}", f"p{n}", n == 1) for n, sort in enumerate(Sort)]
    first = First((*lines, FirstLine(Sort.SEND, "", "", is_taken=False)), 40)

    told = in_words(QUIET, first, clinic(), CATALOGS.get(language), NIGHT, CONSOLE).splitlines()

    assert all(
        f"YR-{n} · " in one and one.endswith(f" {CONSOLE}patients/p{n}") for n, one in enumerate(told[7:15])
    )
    assert ("31" in told[-3], told[-2:]) == (True, ["", CONSOLE])


def test_a_whole_list_fits_into_one_message_of_telegram():
    lines = [FirstLine(Sort.SILENCE, "YR-123456", "p" * 36, is_taken=True)] * MOST

    assert len(in_words(QUIET, First(lines, 999), clinic(), CATALOGS.get("en"), NIGHT, LONG)) < 4096
