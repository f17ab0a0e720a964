"""Fresh ids and secrets from the machine's own randomness."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u; sorts as its values do."""

_PAIRS: Final = tuple(one + other for one in _ALPHABET for other in _ALPHABET)
"""What ten bits are written as."""

_TIME_CHARACTERS: Final = 10
_RANDOM_CHARACTERS: Final = 16
_SHORT_CHARACTERS: Final = 12
_SECRET_BYTES: Final = 32


class SystemIds:
    """Ids in the form of a ULID: 48 bits of milliseconds, 80 random bits."""

    def __init__(self, now_system: Callable[[], datetime]) -> None:
        """Take the clock of the machine, which a demo's jump does not move."""
        self._now_system = now_system

    def new(self) -> str:
        """Return 26 lower-case characters, sortable by the millisecond they were made in."""
        milliseconds = int(self._now_system().timestamp() * 1000)
        return _base32(milliseconds, _TIME_CHARACTERS) + _random(_RANDOM_CHARACTERS)

    def short(self) -> str:
        """Return 12 random lower-case characters (60 bits)."""
        return _random(_SHORT_CHARACTERS)

    def secret(self) -> str:
        """Return 256 random bits as 43 characters that a URL takes as they are."""
        return secrets.token_urlsafe(_SECRET_BYTES)


def _random(length: int) -> str:
    """Return random characters of our alphabet, five bits each."""
    return _base32(secrets.randbits(5 * length), length)


def _base32(number: int, length: int) -> str:
    """Return a number as an even count of characters."""
    return "".join([_PAIRS[(number >> place) & 1023] for place in range(5 * length - 10, -1, -10)])
