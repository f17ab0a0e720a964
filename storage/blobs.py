"""Files, each encrypted under its own age identity, streamed to a temporary file and then renamed.

Only ciphertext ever touches the disk. The identity is kept in the document's row, sealed under the
patient's key, so that without the master key (or after erasure) the file says nothing.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

import filetype  # type: ignore[import-untyped]
import pyrage  # type: ignore[import-untyped]
from pyrage import x25519

from handlers.core.inspection import Finding, Inspection
from handlers.errors import FetchRefused, StorageAway
from storage.outages import DISK_FULL, NO_ROOM
from storage.row_ids import fresh_id
from storage.shelves import shelf_at

T = TypeVar("T")

PIECE: Final = 64 * 1024
_HEAD: Final = 8192
_AHEAD: Final = 4
UNKNOWN_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A file that was kept: where, how large it is, what it is by its content, what opens it."""

    path: str
    size: int
    sha256: str
    mime: str
    identity: str
    inspection: Inspection


Look = Callable[[Path, str], Awaitable[Inspection]]
"""Looks into the sealed file that an identity opens; raises FetchError where it is not to be kept."""


class Blobs:
    """The file store at STORAGE_URL."""

    def __init__(self, url: str) -> None:
        """Take file:///folder, file://folder below this one or s3://bucket; raise SettingError for others."""
        self._shelf = shelf_at(url)

    async def put(
        self, content: AsyncIterator[bytes], *, limit_bytes: int, look: Look | None = None
    ) -> StoredBlob:
        """Encrypt and keep a stream; raise FetchRefused("too-large") when it passes the limit.

        `look` sees it sealed, before it is kept. Raise StorageAway when the disk takes nothing more.
        """
        name = fresh_id()
        incoming, path = self._shelf.spool / name, f"{name[:2]}/{name}.age"
        identity = x25519.Identity.generate()
        reader = _Reader(content, asyncio.get_running_loop(), limit_bytes)
        try:
            await asyncio.to_thread(_encrypt, reader, incoming, identity)
            found = await self._looked_at(incoming, identity, look, reader)
            await self._shelf.keep(incoming, path)
        except BaseException as error:
            incoming.unlink(missing_ok=True)
            if reader.error is not None and reader.error is not error:
                raise reader.error from None
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                raise StorageAway(DISK_FULL) from error
            raise
        return StoredBlob(
            path, reader.size, reader.digest.hexdigest(), found.mime or UNKNOWN_TYPE, str(identity), found
        )

    async def _looked_at(
        self, incoming: Path, identity: x25519.Identity, look: Look | None, reader: "_Reader"
    ) -> Inspection:
        if look is None:
            return Inspection(Finding.UNCHECKED, mime=reader.mime())
        return await look(incoming, str(identity))

    async def open(self, path: str, identity: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a kept file, decrypted on the way."""
        async with self._shelf.at_hand(path) as sealed:
            async for piece in _unsealed(sealed, identity):
                yield piece

    def at_hand(self, path: str) -> AbstractAsyncContextManager[Path]:
        """Give a kept file as one of this machine, sealed, while it is looked at."""
        return self._shelf.at_hand(path)

    async def delete(self, path: str) -> None:
        """Delete a file; one that is gone already is no error."""
        await self._shelf.delete(path)


async def _unsealed(sealed: Path, identity: str) -> AsyncIterator[bytes]:
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue(_AHEAD)
    writer = _Writer(pieces, asyncio.get_running_loop())
    key = x25519.Identity.from_str(identity)
    work = asyncio.create_task(asyncio.to_thread(_decrypt, sealed, writer, key))
    try:
        while (piece := await pieces.get()) is not None:
            yield piece
        await work
    finally:
        writer.stopped = True
        while not work.done():
            with suppress(asyncio.QueueEmpty):
                pieces.get_nowait()
            await asyncio.wait([work], timeout=0.01)


class _Reader:
    """What pyrage reads from, in its thread: the pieces of an asynchronous stream."""

    def __init__(self, content: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop, limit: int) -> None:
        self.size = 0
        self.digest = sha256()
        self.error: BaseException | None = None
        self._content = aiter(content)
        self._loop = loop
        self._limit = limit
        self._left = b""
        self._head = b""

    def read(self, size: int = PIECE) -> bytes:
        try:
            while not self._left:
                piece = _wait(self._loop, self._next())
                if piece is None:
                    return b""
                self._take(piece)
        except BaseException as error:
            self.error = error
            raise
        given, self._left = self._left[:size], self._left[size:]
        return given

    def mime(self) -> str:
        kind = filetype.guess(self._head)
        return str(kind.mime) if kind else UNKNOWN_TYPE

    def _take(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._limit:
            raise FetchRefused("too-large")
        self.digest.update(piece)
        if len(self._head) < _HEAD:
            self._head += piece[: _HEAD - len(self._head)]
        self._left = piece

    async def _next(self) -> bytes | None:
        return await anext(self._content, None)


class _Writer:
    """What pyrage writes to, in its thread: a short queue that the consumer empties."""

    def __init__(self, pieces: "asyncio.Queue[bytes | None]", loop: asyncio.AbstractEventLoop) -> None:
        self.stopped = False
        self._pieces = pieces
        self._loop = loop

    def write(self, data: bytes) -> int:
        if self.stopped:
            raise BrokenPipeError
        _wait(self._loop, self._pieces.put(bytes(data)))
        return len(data)

    def flush(self) -> None:
        return

    def close(self) -> None:
        _wait(self._loop, self._pieces.put(None))


def _wait(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


def _encrypt(reader: _Reader, path: Path, identity: x25519.Identity) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        pyrage.encrypt_io(reader, file, [identity.to_public()])
        file.flush()
        os.fsync(file.fileno())


def _decrypt(path: Path, writer: _Writer, identity: x25519.Identity) -> None:
    try:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, writer, [identity])
    finally:
        writer.close()
