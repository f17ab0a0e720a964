"""Where sealed files lie: a folder of this machine, or a bucket (S3) through the same library.

What is written first lies sealed in a folder of ours and is then moved to its shelf whole; to be read
from a bucket, it is brought back there, sealed as it is. No file is ever held in memory.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path
from typing import Final, Protocol

import obstore
from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore, from_url

from handlers.errors import SettingError, StorageAway
from storage.outages import FILES_AWAY
from storage.row_ids import fresh_id

_FILE: Final = "file://"
_BUCKET: Final = "s3://"
_INCOMING: Final = "incoming"
_SPOOL: Final = Path("var/spool")
_PIECE: Final = 5 * 1024 * 1024
"""The smallest part that S3 takes: what is in hand counts against a large file's 50 MB of memory."""

_READ: Final = 1024 * 1024
_SIDE_BY_SIDE: Final = 2
_PATIENCE: Final = timedelta(seconds=30)
"""How long the library tries a call again by itself; whoever needs the file tries for longer."""

_AWAY: Final = "files"
_NOBODYS: Final = "doctor/nothing"
_NO_BUCKET: Final = "NoSuchBucket"
"""S3's own code (API reference, Error responses); the library passes it on in its text."""
_SHAPE: Final = "[0-9a-f][0-9a-f]/*.age"
"""What kept files are called: what is under way, or lies there for others, is none."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file: where, and how many bytes it has, sealed."""

    path: str
    size: int


class Shelf(Protocol):
    """Keeps sealed files under a path. `spool` is the folder where they are written first."""

    spool: Path

    async def keep(self, spooled: Path, path: str) -> None:
        """Move a file from the spool to its place; raise StorageAway when that is out of reach."""
        ...

    def at_hand(self, path: str) -> AbstractAsyncContextManager[Path]:
        """Give the sealed file as one of this machine while it is read."""
        ...

    async def delete(self, path: str) -> None:
        """Delete a file; one that is gone already is no error."""
        ...

    def kept(self) -> Iterator[Kept]:
        """Yield every kept file, for a thread of whoever copies them all."""
        ...

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield a kept file sealed as it is, for such a thread; raise FileNotFoundError where it is gone."""
        ...

    async def bring_back(self, source: Path, path: str) -> None:
        """Keep a file of a backup at its place, unless it is there."""
        ...


def shelf_at(url: str) -> Shelf:
    """Return the shelf at STORAGE_URL; raise SettingError for anything but a folder or an S3 bucket."""
    folder = url.removeprefix(_FILE)
    if folder not in {url, ""}:
        return Folder(Path(folder).absolute())
    if url.startswith(_BUCKET) and url != _BUCKET:
        return Bucket(from_url(url, retry_config={"retry_timeout": _PATIENCE}), _SPOOL.absolute())
    raise SettingError("YORISOI_STORAGE_URL must be file:///path/to/folder or s3://bucket/prefix")


class Bucketful(StrEnum):
    """How a bucket answers who asks for a file that it doesn't have."""

    THERE = "there"
    SHUT = "shut"
    """It answers, and lets us read nothing; to who may not list its files a missing one is forbidden, too."""
    MISSING = "missing"
    AWAY = "away"


async def knock(url: str, patience: timedelta) -> Bucketful | None:
    """Ask the bucket at STORAGE_URL for a file that nobody has; nothing is written. None for a folder."""
    if not url.startswith(_BUCKET) or url == _BUCKET:
        return None
    try:
        store = from_url(url, retry_config={"max_retries": 0})
        async with asyncio.timeout(patience.total_seconds()):
            await store.get_async(_NOBODYS)
    except (PermissionDeniedError, UnauthenticatedError):
        return Bucketful.SHUT
    except (NotFoundError, FileNotFoundError) as error:
        return Bucketful.MISSING if _NO_BUCKET in str(error) else Bucketful.THERE
    except (BaseError, TimeoutError):
        return Bucketful.AWAY
    return Bucketful.THERE


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        """Make the folder, for this user alone."""
        self._root = root
        self.spool = root / _INCOMING
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.spool.mkdir(mode=0o700, exist_ok=True)
        self._store = LocalStore(root)

    async def keep(self, spooled: Path, path: str) -> None:
        """Rename it: it is there whole or not at all."""
        place = self._root / path
        place.parent.mkdir(mode=0o700, exist_ok=True)
        await self._store.rename_async(f"{_INCOMING}/{spooled.name}", path)
        await asyncio.to_thread(_sync_folder, place.parent)

    @asynccontextmanager
    async def at_hand(self, path: str) -> AsyncIterator[Path]:
        """Give the file itself."""
        yield self._root / path

    async def delete(self, path: str) -> None:
        """Delete a file; one that is gone already is no error."""
        with suppress(FileNotFoundError):
            await self._store.delete_async(path)

    def kept(self) -> Iterator[Kept]:
        """Yield every file, in the order of their names."""
        for file in sorted(self._root.glob(_SHAPE)):
            with suppress(FileNotFoundError):
                yield Kept(str(file.relative_to(self._root)), file.stat().st_size)

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield a file sealed as it is."""
        with (self._root / path).open("rb") as file:
            while piece := file.read(_READ):
                yield piece

    async def bring_back(self, source: Path, path: str) -> None:
        """Copy a file of a backup to its place, unless it is there."""
        if not (self._root / path).exists():
            spooled = self.spool / fresh_id()
            await asyncio.to_thread(_copied, source, spooled)
            await self.keep(spooled, path)


class Bucket:
    """A bucket; who may come in, and where it is, the usual AWS_… variables say."""

    def __init__(self, store: ObjectStore, spool: Path) -> None:
        """Use `spool` of this machine for what is under way."""
        self._store = store
        self.spool = spool
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def keep(self, spooled: Path, path: str) -> None:
        """Send it in parts, which become one file at the very end: the library drops those of one that fails.

        Where only the answer to the end was lost, the file is there: nobody would ever ask for it.
        """
        whole = _Pieces(spooled)
        sending = asyncio.create_task(self._send(whole, path))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            # Cancelled itself, the library leaves the parts behind; it drops those of a file that breaks off.
            whole.breaks_off = True
            [failed] = await asyncio.gather(sending, return_exceptions=True)
            if failed is None:  # it had read its last piece already
                with suppress(StorageAway):
                    await self.delete(path)
            raise
        await asyncio.to_thread(spooled.unlink)

    @asynccontextmanager
    async def at_hand(self, path: str) -> AsyncIterator[Path]:
        """Bring it here, sealed, and delete it when it was read."""
        place = self.spool / f"{fresh_id()}.read"
        try:
            await self._bring(path, place)
            yield place
        finally:
            place.unlink(missing_ok=True)

    async def delete(self, path: str) -> None:
        """Delete a file; one that is gone already is no error. Raise StorageAway when it is out of reach."""
        try:
            with suppress(FileNotFoundError):
                await self._store.delete_async(path)
        except BaseError as error:
            raise StorageAway(FILES_AWAY) from error

    def kept(self) -> Iterator[Kept]:
        """Yield every file, page by page; raise StorageAway when the bucket is out of reach."""
        try:
            for page in obstore.list(self._store):
                yield from (Kept(one["path"], one["size"]) for one in page if fnmatch(one["path"], _SHAPE))
        except BaseError as error:
            raise StorageAway(FILES_AWAY) from error

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield a file sealed as it is, as it comes; raise FileNotFoundError or StorageAway."""
        try:
            for piece in obstore.get(self._store, path).stream(min_chunk_size=_READ):
                yield bytes(piece)
        except BaseError as error:
            raise StorageAway(FILES_AWAY) from error

    async def bring_back(self, source: Path, path: str) -> None:
        """Send a file of a backup to its place, unless it is there."""
        try:
            await obstore.head_async(self._store, path)
        except FileNotFoundError:
            await self._send(_Pieces(source), path)
        except BaseError as error:
            raise StorageAway(FILES_AWAY) from error

    async def _send(self, whole: "_Pieces", path: str) -> None:
        # What fits into one part is put at once: given piece by piece, it would take three calls.
        content = whole if whole.size > _PIECE else whole.path
        try:
            await obstore.put_async(
                self._store, path, content, chunk_size=_PIECE, max_concurrency=_SIDE_BY_SIDE
            )
        except (BaseError, OSError) as error:
            with suppress(StorageAway):
                await self.delete(path)
            raise StorageAway(FILES_AWAY) from error

    async def _bring(self, path: str, place: Path) -> None:
        try:
            found = await self._store.get_async(path)
            with os.fdopen(_made(place), "wb") as file:
                async for piece in found.stream(min_chunk_size=_READ):
                    await asyncio.to_thread(file.write, piece)
        except BaseError as error:
            raise StorageAway(FILES_AWAY) from error


class _Pieces:
    """A file piece by piece, as long as it does not break off."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.breaks_off = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self.path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, _READ):
                if self.breaks_off:
                    raise InterruptedError
                yield piece


def _copied(source: Path, target: Path) -> None:
    with source.open("rb") as read, os.fdopen(_made(target), "wb") as written:
        shutil.copyfileobj(read, written, _READ)
        written.flush()
        os.fsync(written.fileno())


def _made(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
