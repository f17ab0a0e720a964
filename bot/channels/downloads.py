"""What an answer to a download says, whichever service the file lies at. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import httpx2

from bot.channels.loose_json import number
from handlers.errors import FetchLater

NEVER_ASKED: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_TOO_MANY: Final = 429
_BROKEN: Final = 500
_LONGEST_PAUSE: Final = 3600


def broke_off(error: Exception) -> FetchLater:
    """Return what a broken connection says: a service that is away costs the file no try.

    A file that breaks off in its middle does: it may do so each time.
    """
    return FetchLater("service", free=isinstance(error, NEVER_ASKED))


def refusal(status: int, headers: Mapping[str, str]) -> FetchLater:
    """Return what another status than success says: 429 and 5xx tell nothing of the file."""
    wait = number(headers.get("Retry-After"))
    return FetchLater(
        f"http-{status}",
        after=timedelta(seconds=min(wait, _LONGEST_PAUSE)) if wait and wait > 0 else None,
        free=status == _TOO_MANY or status >= _BROKEN,
    )
