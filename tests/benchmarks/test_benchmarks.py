"""The benchmarks run at their smallest size. Ratios are judged by `make bench`, never here."""

import pytest

from benchmarks import answers, ticks
from benchmarks.figures import Figure, median_ratio


def test_blocks_that_ran_side_by_side_are_compared_with_each_other():
    assert median_ratio([2.0, 30.0, 4.0], [1.0, 10.0, 4.0]) == 2.0


@pytest.mark.parametrize(
    ("ratio", "limit", "holds"), [(3.0, 3.0, True), (3.1, 3.0, False), (99.0, None, True)]
)
def test_a_figure_holds_up_to_its_limit(ratio, limit, holds):
    assert Figure("x", ratio, limit).holds is holds


async def test_an_intake_is_walked_by_the_product_and_by_plain_sqlite3():
    findings = await answers.measure(answers.Sizes(intakes=1, crowds=1, waiting=2))

    assert [figure.limit for figure in findings.figures] == [3.0, 3.0, None, None]


async def test_whatever_falls_due_is_sent_on_both_sides():
    findings = await ticks.measure(ticks.Sizes(few=100, many=200, rounds=2))

    assert "all 64 were sent on each side" in findings.sizes
