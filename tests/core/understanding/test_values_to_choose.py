"""Numbers, amounts, dates, times and words of which a list is given: only what is in the list is taken."""

from datetime import time
from decimal import Decimal

import pytest

from handlers.core.questionnaire import ItemType, Option
from handlers.core.values import PartialDate, Quantity
from tests.core.understanding.samples import hear, item, shown, words_of

EN, JA = words_of("en"), words_of("ja")


def of(kind, *values, **more):
    return item(kind, options=tuple(Option(value, str(value)) for value in values), **more)


DOSES = of(ItemType.INTEGER, 0, 2, 4, 8)
SHARES = of(ItemType.DECIMAL, Decimal("0.5"), Decimal("1.5"))
AMOUNTS = of(ItemType.QUANTITY, Quantity(Decimal(5), "mg"), Quantity(Decimal(10), "mg"))
DAYS = of(ItemType.DATE, PartialDate(2026, 3, 1), PartialDate(2026, 4, 2))
HOURS = of(ItemType.TIME, time(8), time(14))
COLOURS = of(ItemType.STRING, "Yellow", "Brown")
SEVERAL = of(ItemType.INTEGER, 2, 4, 8, repeats=True)


@pytest.mark.parametrize(
    ("asked", "words", "typed", "meaning"),
    [
        (DOSES, EN, "2", "2"),
        (DOSES, EN, "eight", "8"),
        (DOSES, JA, "８", "8"),
        (DOSES, EN, "3", "? 4"),
        (DOSES, EN, "5", "! choice"),
        (DOSES, EN, "many", "! choice"),
        (SHARES, EN, "1.5", "1.5"),
        (SHARES, EN, "2", "? 1.5"),
        (AMOUNTS, EN, "10 mg", "10 mg"),
        (AMOUNTS, EN, "0.01 g", "10 mg"),
        (AMOUNTS, EN, "10", "10 mg"),
        (AMOUNTS, EN, "7 mg", "! choice"),
        (AMOUNTS, EN, "2", "? 10 mg"),
        (DAYS, EN, "2 April 2026", "2026-04-02"),
        (DAYS, JA, "2026年4月2日", "2026-04-02"),
        (DAYS, EN, "2", "2026-04-02"),
        (DAYS, EN, "3 April 2026", "! choice"),
        (HOURS, EN, "2 pm", "14:00:00"),
        (HOURS, EN, "8:00", "08:00:00"),
        (HOURS, EN, "9:00", "! choice"),
        (HOURS, EN, "number 1", "08:00:00"),
        (COLOURS, EN, "2", "Brown"),
        (COLOURS, EN, "yelow", "Yellow"),
        (COLOURS, EN, "purple", "! choice"),
        (SEVERAL, EN, "2, 8", "2, 8"),
        (SEVERAL, EN, "2 and 8", "2, 8"),
        (SEVERAL, EN, "2, 5", "! choice"),
    ],
)
def test_only_what_the_list_holds_is_an_answer(asked, words, typed, meaning):
    assert shown(hear(asked, typed, words)) == meaning


def test_an_option_that_is_not_shown_is_no_answer():
    assert shown(hear(DOSES, "8", EN, allowed=frozenset({"0", "2"}))) == "! choice"
