"""Meta's signature: HMAC-SHA256 of the raw body under the app's secret, compared in constant time."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Final

HEADER: Final = "X-Hub-Signature-256"

_SHAPE = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)


def sign(secret: str, body: bytes) -> str:
    """Return the header's value for `body`."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def claimed(headers: Sequence[str]) -> str:
    """Return the one signature that a delivery came with; "" if there is none, or two, or a strange one."""
    if len(headers) != 1 or not _SHAPE.fullmatch(headers[0]):
        return ""
    return headers[0]


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Say whether `signature` is that of `body`. Without a secret nothing is."""
    if not secret:
        return False
    # Bytes, since comparing strings raises on a character beyond ASCII.
    expected, given = sign(secret, body).encode(), signature.encode("utf-8", "surrogateescape")
    return hmac.compare_digest(expected, given)
