"""What a route may need of whoever asks for it.

A console route names the right that it needs (`Right.…`), or SIGNED_IN. What anybody may ask for, and what
proves itself in another way (a link's token, a chat's cookie, a service's signature), is OPEN: there the
answer may not depend on who is signed in. TOKEN is what programs do: no session stands for a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.console.access import Right

SIGNED_IN = "signed in"
OPEN = "open"
TOKEN = "a program's token"


@dataclass(frozen=True)
class Needs:
    """What a route asks of whoever comes.

    `own`: how it answers who may, about their own clinic's record. `shows`: the record's words stand in it.
    """

    right: Right | str
    form: Mapping[str, str] = field(default_factory=dict)
    own: tuple[int, ...] = (200, 303)
    shows: bool = False
    assigned: bool = False
    """It is about a case that was given to the reader: any other of their clinic is none for them."""
