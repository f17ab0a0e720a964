"""A change about somebody whom nobody knows, and who is not let in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.core.messages import Body


@dataclass(frozen=True, slots=True)
class TurnAway:
    """Say `body` to a stranger once, unless the same `kind` was said there in the time `every` before `at`.

    Where they can be reached is kept until it is said, and the hash of it a day longer; nothing of theirs is.
    """

    body: Body
    kind: str
    at: datetime
    every: timedelta
