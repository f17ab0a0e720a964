"""Sealed and dated: links in e-mails, and the address that a page's button begins with."""

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE: Final = 12
_KEY: Final = 32
_MARK: Final = 16


class LinkKind(StrEnum):
    """What a link is for."""

    PROVE = "prove"
    RETURN = "return"
    BEGIN = "begin"
    UPLOAD = "upload"
    DATA = "data"
    DATA_OPEN = "data-open"


LIFE: Final = {
    LinkKind.PROVE: timedelta(days=2),
    LinkKind.RETURN: timedelta(days=30),
    LinkKind.BEGIN: timedelta(days=1),
    LinkKind.UPLOAD: timedelta(days=7),
    LinkKind.DATA: timedelta(days=1),
    LinkKind.DATA_OPEN: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: whose page, and the e-mail address it went to, if any."""

    address: str
    email: str = ""


class Tokens:
    """Makes and reads tokens."""

    def __init__(self, key: bytes, now_system: Callable[[], datetime]) -> None:
        """Derive the sealing key from `key`."""
        derived = HKDF(SHA256(), _KEY, salt=None, info=b"yorisoi web links").derive(key)
        self._cipher = AESGCM(derived)
        self._now = now_system

    def make(self, kind: LinkKind, link: Link) -> str:
        """Return a token for a URL or a form."""
        until = int((self._now() + LIFE[kind]).timestamp())
        content = json.dumps([link.address, link.email, until]).encode()
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, content, kind.encode())
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def read(self, kind: LinkKind, token: str) -> Link | None:
        """Return what a token of ours says, or None when it is another's, broken or too old."""
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            content = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], kind.encode())
        except (ValueError, InvalidTag):
            return None
        address, email, until = _fields(content)
        return Link(address, email) if until > self._now().timestamp() else None


def new_mark() -> str:
    """Return a random mark by which a browser is known again: 32 hexadecimal digits."""
    return os.urandom(_MARK).hex()


def _fields(content: bytes) -> tuple[str, str, int]:
    fields: list[Any] = json.loads(content)
    return str(fields[0]), str(fields[1]), int(fields[2])
