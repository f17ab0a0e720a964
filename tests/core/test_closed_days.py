from datetime import date

import pytest

from handlers.core.closed_days import CLOSED, Closed, closed_days, coming, written

NEW_YEAR = Closed(date(2026, 12, 29), date(2027, 1, 3))
TEXTS = {CLOSED: written([NEW_YEAR, Closed(date(2027, 2, 11), date(2027, 2, 11))])}


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 12, 14), None),
        (date(2026, 12, 15), NEW_YEAR),
        (date(2027, 1, 3), NEW_YEAR),
        (date(2027, 1, 4), None),
    ],
)
def test_patients_hear_of_closed_days_two_weeks_ahead_and_until_they_are_over(today, told):
    assert coming(TEXTS, today) == told


def test_a_line_that_cannot_be_read_closes_nothing():
    assert closed_days({CLOSED: "2027-01-01/2026-01-01 soon 2027-13-01/2027-13-02"}) == ()
