"""What we keep of a file until it is fetched: Meta's id, and the digest that the webhook told of it. Pure."""

import base64
import binascii
import hashlib
from typing import Any, Final

from bot.channels.loose_json import text

UNREADABLE: Final = b""
"""What stands for a digest that was told and cannot be read: no file has it."""
_MARK: Final = "."


def ref_of(ident: str, told: Any) -> str:
    """Return what `fetch` needs: the id, and the digest that came with it, if one did."""
    digest = digest_of(told)
    return ident if digest is None else f"{ident}{_MARK}{digest.hex()}"


def read_ref(ref: str) -> tuple[str, bytes | None]:
    """Return the id and the digest in what `ref_of` made; refs that were kept before it hold an id alone."""
    ident, mark, digest = ref.partition(_MARK)
    return ident, (digest_of(digest) or UNREADABLE) if mark else None


def digest_of(told: Any) -> bytes | None:
    """Return a SHA-256 in base64 or hex; None if none is told, UNREADABLE if it is neither."""
    if told is None or told == "":
        return None
    for read in (bytes.fromhex, base64.b64decode):
        try:
            found = read(text(told))
        except (ValueError, binascii.Error):
            continue
        if len(found) == hashlib.sha256().digest_size:
            return found
    return UNREADABLE
