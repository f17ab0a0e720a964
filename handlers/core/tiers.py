"""How many people a WhatsApp account may write to first in 24 hours, as Meta says it (pure).

Only what opens a conversation counts: a template to somebody outside the 24-hour window, each person
once (channels.md 3.2). Meta's words: TIER_250, TIER_2K … TIER_UNLIMITED, or the number itself.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

DAY: Final = timedelta(hours=24)
AT_START: Final = 250
"""What a new account may do, and what holds while Meta has said nothing."""

NEWS: Final = ("business_capability_update", "phone_number_quality_update")
"""What Meta calls the news that name a limit."""

RESERVE: Final = 50
"""One in so many places stays free: staff may write from elsewhere, and Meta's clock is not ours."""

_TIER: Final = re.compile(r"(?:TIER_)?(\d{1,9})(K?)", re.ASCII)
_THOUSAND: Final = 1000


UNLIMITED: Final = 2**31 - 1
"""As many people as there are: the last tier."""


OWN_LIMIT: Final = "most_first_a_day"
"""The clinic's own word for how many people a day it wants to pay for."""


def own_limit(texts: Mapping[str, str]) -> int:
    """Return how many people a day the clinic lets be written to first; UNLIMITED where it says nothing."""
    said = texts.get(OWN_LIMIT, "").strip()
    return int(said) if said.isascii() and said.isdecimal() and int(said) else UNLIMITED


def limit_in(word: str) -> int | None:
    """Return the limit that one of Meta's words names, or None where it names none."""
    if word in {"TIER_UNLIMITED", "-1"}:
        return UNLIMITED
    found = _TIER.fullmatch(word)
    if found is None:
        return None
    return int(found[1]) * (_THOUSAND if found[2] else 1)


def limit_in_news(about: str, now: str, reason: str) -> int | None:
    """Return the limit that kept news of the account name, or None.

    A number that may send faster is told of with the same word: that is no limit of people.
    """
    if about == "phone_number_quality_update":
        return None if now == "THROUGHPUT_UPGRADE" and reason == "TIER_UNLIMITED" else limit_in(reason)
    return limit_in(now) if about in NEWS else None


def usable(limit: int) -> int:
    """Return how many of the places are used."""
    return limit if limit >= UNLIMITED else max(limit - max(1, limit // RESERVE), 1)
