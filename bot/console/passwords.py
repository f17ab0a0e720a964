"""Passwords: argon2id, always off the event loop, and as slow for unknown names as for known ones."""

import asyncio
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 15
MAX_LENGTH = 200


async def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`."""
    return await asyncio.to_thread(PasswordHasher().hash, password)


async def matches(password: str, known_hash: str | None) -> bool:
    """Say whether `password` fits; without a known hash the same work is done for nothing."""
    return await asyncio.to_thread(_verify, password, known_hash)


def _verify(password: str, known_hash: str | None) -> bool:
    try:
        PasswordHasher().verify(known_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known_hash is not None


@lru_cache(maxsize=1)
def _decoy() -> str:
    return PasswordHasher().hash("nobody has this password")
