"""Ids and secrets."""

import re
from datetime import UTC, datetime, timedelta

from bot.ids import SystemIds

START = datetime(2026, 6, 1, tzinfo=UTC)


def test_ids_sort_by_the_time_they_were_made_in():
    moments = iter(START + timedelta(milliseconds=n) for n in range(200))
    ids = SystemIds(lambda: next(moments))

    made = [ids.new() for _ in range(200)]

    assert made == sorted(made)
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{26}", one) for one in made)


def test_ids_of_the_same_moment_differ():
    ids = SystemIds(lambda: START)

    assert len({ids.new() for _ in range(1000)}) == 1000


def test_short_ids_fit_a_button_and_secrets_hold_256_bits():
    ids = SystemIds(lambda: START)

    assert re.fullmatch("[0-9a-z]{12}", ids.short())
    assert re.fullmatch("[A-Za-z0-9_-]{43}", ids.secret())
