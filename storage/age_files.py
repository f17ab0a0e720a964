"""A sealed file that can be read at any place without unsealing all of it (age-encryption.org/v1).

pyrage only streams from the beginning to the end. Whoever looks into a file jumps about in it (the
index of an archive stands at its end), and nothing unsealed may touch the disk. An age file is made
of 64 KiB pieces, each sealed with ChaCha20-Poly1305 on its own, so any of them can be opened alone.
"""

import binascii
import io
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE: Final = 64 * 1024
TAG: Final = 16
_KEY_BYTES: Final = 32
_NONCE: Final = 16
_VERSION: Final = b"age-encryption.org/v1\n"
_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CHECKSUM: Final = 6
_REMEMBERED: Final = 4


class AgeFile(io.RawIOBase):
    """The content of an age file sealed for one X25519 identity, readable and seekable.

    Raises OSError for a file that this identity does not open, or that was changed.
    """

    name = ""  # some libraries ask every file for it

    def __init__(self, sealed: BinaryIO, identity: str) -> None:
        """Read the header; `identity` is the text that pyrage gives for one."""
        super().__init__()
        self._sealed = sealed
        self._cipher = ChaCha20Poly1305(_payload_key(sealed, identity))
        self._start = sealed.tell()
        length = sealed.seek(0, io.SEEK_END) - self._start
        self._pieces = max(1, -(-length // (PIECE + TAG)))
        self.size = length - self._pieces * TAG
        if self.size < 0:
            raise OSError("cut short")
        self._at = 0
        self._opened: dict[int, bytes] = {}

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read at any place."""
        return True

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read up to the end of the piece."""
        if self._at >= self.size:
            return 0
        number, within = divmod(self._at, PIECE)
        given = self._piece(number)[within : within + len(buffer)]
        buffer[: len(given)] = given
        self._at += len(given)
        return len(given)

    def _piece(self, number: int) -> bytes:
        if number not in self._opened:
            self._sealed.seek(self._start + number * (PIECE + TAG))
            nonce = number.to_bytes(11, "big") + bytes([number == self._pieces - 1])
            try:
                opened = self._cipher.decrypt(nonce, self._sealed.read(PIECE + TAG), None)
            except InvalidTag as error:
                raise OSError("changed") from error
            if len(self._opened) >= _REMEMBERED:
                del self._opened[next(iter(self._opened))]
            self._opened[number] = opened
        return self._opened[number]


def _payload_key(sealed: BinaryIO, identity: str) -> bytes:
    """Return the key of the pieces; leaves `sealed` where they begin."""
    share, body = _stanza(sealed)
    secret = X25519PrivateKey.from_private_bytes(_secret(identity))
    shared = secret.exchange(X25519PublicKey.from_public_bytes(share))
    wrap = _derived(shared, share + secret.public_key().public_bytes_raw(), b"age-encryption.org/v1/X25519")
    try:
        file_key = ChaCha20Poly1305(wrap).decrypt(bytes(12), body, None)
    except InvalidTag as error:
        raise OSError("sealed for somebody else") from error
    return _derived(file_key, sealed.read(_NONCE), b"payload")


def _stanza(sealed: BinaryIO) -> tuple[bytes, bytes]:
    """Return the share and the body of the header's X25519 stanza, and read on to the header's end."""
    if sealed.readline(64) != _VERSION:
        raise OSError("not an age file")
    found: tuple[bytes, bytes] | None = None
    while line := sealed.readline(1024):
        if line.startswith(b"-> X25519 "):
            found = _unpadded(line.split()[2]), _unpadded(sealed.readline(1024).strip())
        if line.startswith(b"---") and found:
            return found
    raise OSError("no key in the header")


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt, info).derive(key)


def _unpadded(text: bytes) -> bytes:
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4))


def _secret(identity: str) -> bytes:
    """Return the 32 bytes of a Bech32 identity."""
    letters = identity.lower().rpartition("1")[2][:-_CHECKSUM]
    number = 0
    for letter in letters:
        number = number << 5 | _ALPHABET.index(letter)
    return (number >> (5 * len(letters)) % 8).to_bytes(5 * len(letters) // 8, "big")
