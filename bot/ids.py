"""Fresh ids and secrets from the machine's own randomness."""

import base64
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u; sorts as its values do."""

_OURS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET)
"""From the alphabet of RFC 4648 to ours: both write five bits as one character."""

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
    """Return random characters of our alphabet; eight of them hold five bytes."""
    written = base64.b32encode(secrets.token_bytes(-(-length // 8) * 5)).decode("ascii")
    return written[:length].translate(_OURS)


def _base32(number: int, length: int) -> str:
    return "".join([_ALPHABET[(number >> 5 * place) & 31] for place in range(length - 1, -1, -1)])
