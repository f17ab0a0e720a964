"""The times and the chance that a worker may use, all of them given to it.

Nothing here or beside it reads the machine's clock, so that a simulation can drive everything.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.ports import Clock


@dataclass(frozen=True, slots=True)
class Clocks:
    """`business` is what patients live in; `now_system` and `sleep` (seconds) are the machine's.

    `chance` returns a random number from 0 up to 1.
    """

    business: Clock
    now_system: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]
