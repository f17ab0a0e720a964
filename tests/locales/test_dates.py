"""Dates in words."""

import pytest

from handlers.core.values import PartialDate
from locales import date_in_words


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (PartialDate(1956, 3, 12), "en", "12 March 1956"),
        (PartialDate(2015, 3), "en", "March 2015"),
        (PartialDate(2015), "en", "2015"),
        (PartialDate(1956, 3, 12), "ja", "1956年3月12日"),
        (PartialDate(2015, 3), "ja", "2015年3月"),
        (PartialDate(2015), "ja", "2015年"),
        (PartialDate(1956, 3, 12), "zh-Hant", "1956年3月12日"),
        (PartialDate(1956, 3, 12), "nonsense", "12 March 1956"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(value, language, words):
    assert date_in_words(value, language) == words


def test_a_plain_date_has_its_day():
    assert date_in_words(PartialDate(2026, 11, 24).first_day(), "en") == "24 November 2026"
