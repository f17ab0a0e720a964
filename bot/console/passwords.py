"""Passwords: argon2id, always off the event loop, and as slow for unknown names as for known ones."""

import asyncio
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH: Final = 15
MAX_LENGTH: Final = 200
HASHER: Final = PasswordHasher()
AT_ONCE: Final = 2
"""Each takes 64 MiB and a core: a flood of tries waits here, and the patients' chats do not."""


class Passwords:
    """Hashes and compares passwords, a few at a time."""

    def __init__(self) -> None:
        """Let nobody wait yet."""
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return the argon2id hash of `password`."""
        async with self._turn:
            return await asyncio.to_thread(HASHER.hash, password)

    async def matches(self, password: str, known_hash: str | None) -> bool:
        """Say whether `password` fits; without a known hash the same work is done for nothing."""
        async with self._turn:
            return await asyncio.to_thread(_verify, password, known_hash)


def _verify(password: str, known_hash: str | None) -> bool:
    try:
        HASHER.verify(known_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known_hash is not None


@lru_cache(maxsize=1)
def _decoy() -> str:
    return HASHER.hash("nobody has this password")
