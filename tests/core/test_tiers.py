"""How many people a day, as Meta says it."""

import pytest

from handlers.core.tiers import AT_START, UNLIMITED, limit_in, limit_in_news, usable

WORDS = [
    *(("TIER_50", 50), ("TIER_250", 250), ("TIER_1K", 1000), ("TIER_2K", 2000), ("TIER_10K", 10_000)),
    *(("TIER_100K", 100_000), ("TIER_UNLIMITED", UNLIMITED), ("2000", 2000), ("-1", UNLIMITED)),
    *(("TIER_NOT_SET", None), ("", None), ("GREEN", None), ("TIER_²", None)),
]
NEWS = [
    ("business_capability_update", "2000", "", 2000),
    ("phone_number_quality_update", "UPGRADE", "TIER_10K", 10_000),
    ("phone_number_quality_update", "THROUGHPUT_UPGRADE", "TIER_UNLIMITED", None),
    ("account_update", "2000", "2000", None),
]


@pytest.mark.parametrize(("word", "limit"), WORDS)
def test_every_word_for_a_limit_is_understood(word, limit):
    assert limit_in(word) == limit


@pytest.mark.parametrize(("about", "now", "reason", "limit"), NEWS)
def test_news_that_name_a_limit_of_people_count(about, now, reason, limit):
    assert limit_in_news(about, now, reason) == limit


def test_a_part_of_the_places_stays_free():
    assert [usable(n) for n in (1, AT_START, 2000, UNLIMITED)] == [1, 245, 1960, UNLIMITED]
