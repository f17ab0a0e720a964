"""How long to leave Telegram alone after failures in a row. Pure."""

from typing import Final

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
_ENOUGH: Final = 10


def pause_after(failures: int) -> float:
    """Return the seconds to wait after one failure and `failures` before it: 1, 2, 4 … 60."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** min(failures, _ENOUGH), LONGEST_PAUSE_SECONDS)
