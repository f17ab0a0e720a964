"""Files on their way in: each under a key of its own, until the fetch worker has taken it over.

A file is written in chunks of 64 KiB, each sealed with AES-256-GCM. The nonce counts the chunks and
marks the last one, so that a file cut short or put in another order does not open. The key stands
only in the `ref`, which lies sealed in the inbox.
"""

import asyncio
import base64
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from handlers.core.file_kinds import HEAD
from handlers.core.retention import FIXED, DataClass
from handlers.errors import FetchRefused

CHUNK: Final = 64 * 1024
TAG: Final = 16
_KEY_BYTES: Final = 32
_NAME_BYTES: Final = 16
_COUNTER_BYTES: Final = 11
KEPT: Final = FIXED[DataClass.UPLOADS]
"""As long as the inbox keeps raw items: after that nobody has the key any more."""


class Uploads:
    """The folder of sealed uploads."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; it is made, for this user alone, when the first file comes."""
        self._folder = folder

    def begin(self) -> "Upload":
        """Return a new upload to write into."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Upload(self._folder / secrets.token_hex(_NAME_BYTES), secrets.token_bytes(_KEY_BYTES))

    async def read(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of an upload; raise FetchRefused when it is gone, broken or too large."""
        chunks = _chunks(*self._opened(ref))
        size = 0
        while chunk := await asyncio.to_thread(next, chunks, b""):
            size += len(chunk)
            if size > limit_bytes:
                raise FetchRefused("too-large")
            yield chunk

    def forget(self, ref: str) -> None:
        """Delete an upload that has been taken over (or was sent twice)."""
        self._path(ref.partition(".")[0]).unlink(missing_ok=True)

    def sweep(self, now_system: datetime) -> int:
        """Delete what nobody fetched within 8 days; return how many files that were."""
        if not self._folder.is_dir():
            return 0
        oldest = (now_system - KEPT).timestamp()
        stale = [path for path in self._folder.iterdir() if path.stat().st_mtime < oldest]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _opened(self, ref: str) -> tuple[Path, AESGCM]:
        name, _, key = ref.partition(".")
        try:
            return self._path(name), AESGCM(base64.urlsafe_b64decode(key + "="))
        except ValueError as error:
            raise FetchRefused("unreadable") from error

    def _path(self, name: str) -> Path:
        # A name is hexadecimal, as we made it: no ref leads out of the folder.
        if len(name) != 2 * _NAME_BYTES or not set(name) <= set("0123456789abcdef"):
            raise FetchRefused("unreadable")
        return self._folder / name


class Upload:
    """One file being written. Leaving the block without `finish` deletes it."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Write under `path`, sealed with `key`."""
        self._path = path
        self._draft = path.with_suffix(".part")
        self._key = key
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._number = 0
        self.size = 0
        self.head = b""
        self._file = _new_file(self._draft)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, and delete what was not finished."""
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def write(self, content: bytes) -> None:
        """Take more of the file."""
        self.size += len(content)
        self.head += content[: HEAD - len(self.head)]
        self._waiting += content
        # One chunk always stays back: the last one is sealed as the last.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> str:
        """Put the file safely in its place; return its ref."""
        self._seal(bytes(self._waiting), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.replace(self._path)
        _sync_folder(self._path.parent)
        return ref_of(self._path.name, self._key)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(nonce(self._number, last=last), chunk, None))
        self._number += 1


def ref_of(name: str, key: bytes) -> str:
    """Return the ref of an upload: its file's name and the key that alone opens it."""
    return f"{name}.{base64.urlsafe_b64encode(key).rstrip(b'=').decode()}"


def nonce(number: int, *, last: bool) -> bytes:
    """Return the nonce of a file's piece: a file cut short or put in another order does not open."""
    return number.to_bytes(_COUNTER_BYTES) + bytes([last])


def _chunks(path: Path, cipher: AESGCM) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            left = path.stat().st_size
            number = 0
            while left > 0:
                sealed = file.read(CHUNK + TAG)
                left -= len(sealed)
                yield cipher.decrypt(nonce(number, last=left <= 0), sealed, None)
                number += 1
    except FileNotFoundError as error:
        raise FetchRefused("gone") from error
    except InvalidTag as error:
        raise FetchRefused("damaged") from error


def _new_file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
