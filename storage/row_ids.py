"""Ids of rows that no decision ever names."""

import secrets


def fresh_id() -> str:
    """Return 128 random bits as 32 characters."""
    return secrets.token_hex(16)
