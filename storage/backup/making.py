"""Makes a backup of the database and of all files, verifies it by restoring it, and lets old ones go."""

import asyncio
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from storage.backup import postgres_copy, sqlite_copy
from storage.backup.archive import BackupBroken, Header, read_archive, write_archive
from storage.backup.keeping import keep_keys
from storage.backup.key_store import StoredKey
from storage.backup.place import BACKUP, Place, merge_tombstones, prune, stamped
from storage.keys import Vault
from storage.shelves import Kept, Shelf

_MANIFEST: Final = "manifest.json"
_FILES: Final = "files"
LACKS_FILES: Final = "lacks_files"
"""Of a manifest: the files were left out."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and read back: where, how large, how many rows (None: not counted) and files.

    `keys` is where its key store is, if that is kept apart; `destroyed` how many keys that were
    destroyed since were taken out of older key stores there. `lacks_files` says that files were left out.
    """

    path: str
    size: int
    rows: int | None
    files: int
    dropped: int
    keys: str | None = None
    destroyed: int = 0
    lacks_files: bool = False

    @property
    def is_restored(self) -> bool:
        """Say whether it was verified by restoring it, and not only read through."""
        return self.rows is not None


async def make_backup(place: Place, vault: Vault, now: datetime) -> Made:
    """Make a backup while everything runs; raise SettingError or BackupBroken, and then leave none.

    The same for StorageAway, where the bucket of the files is out of reach.

    What was erased until now is told beside the backups, for whoever restores one on another machine.
    """
    place.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = stamped(place.backups, BACKUP, now)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=place.backups) as folder:
            files, keys = await _write(place, vault, now, part, Path(folder))
        rows = await verify_backup(place, vault, part)
        kept = await keep_keys(place, vault, now, keys)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    await merge_tombstones(place.files, place.backups)
    size, dropped = path.stat().st_size, prune(place.backups, BACKUP, now)
    counted = sum(rows.values()) if rows is not None else None
    return Made(str(path), size, counted, files, dropped, *kept, lacks_files=place.lacks_files)


async def verify_backup(place: Place, vault: Vault, path: Path) -> Mapping[str, int] | None:
    """Restore a backup into a folder of its own and hold it against its manifest; return its rows by table.

    Raises BackupBroken; returns None where PostgreSQL lets this user make no database to restore into.
    """
    with tempfile.TemporaryDirectory(dir=place.backups) as name:
        folder = Path(name)
        header = await asyncio.to_thread(read_archive, path, vault, folder)
        manifest = await asyncio.to_thread(check_files, folder)
        if header.dialect == "sqlite":
            rows = await asyncio.to_thread(sqlite_copy.rows_of, folder / sqlite_copy.NAME)
            check_rows(manifest, rows)
            return rows
        restored = await postgres_copy.rows_of(place.database_url, folder / postgres_copy.NAME)
        if restored is not None:
            check_rows(manifest, restored)
        return restored


def check_rows(manifest: Mapping[str, Any], rows: Mapping[str, int]) -> None:
    """Raise BackupBroken where a restored database has other rows than the one that was copied."""
    if rows != manifest["rows"]:
        raise BackupBroken("this backup's database is not the one that was copied. Take another one")


def check_files(folder: Path) -> dict[str, Any]:
    """Return an unpacked backup's manifest; raise BackupBroken where a file is not what it says."""
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text("utf-8"))
        for name, digest in manifest["files"].items():
            with (folder / _FILES / name).open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != digest:
                    raise BackupBroken("a file in this backup is damaged. Take another one")
    except (OSError, ValueError, KeyError):
        raise BackupBroken("this backup is not whole. Take another one") from None
    return manifest


async def _write(
    place: Place, vault: Vault, now: datetime, path: Path, folder: Path
) -> tuple[int, list[StoredKey]]:
    """Write the archive; return how many files are in it, and the keys that are not."""
    rows: Mapping[str, int] = {}
    keys: list[StoredKey] = []
    if (file := place.sqlite) is not None:
        copied = folder / sqlite_copy.NAME
        rows = await asyncio.to_thread(sqlite_copy.copy, file, copied)
        if place.keys is not None:
            keys = await asyncio.to_thread(sqlite_copy.split, copied)
    else:
        copied = folder / postgres_copy.NAME
        rows = await postgres_copy.copy(place.database_url, copied)
        if place.keys is not None:
            keys = await postgres_copy.split(place.database_url, copied)
    manifest: dict[str, Any] = {"rows": dict(rows), "files": {}}
    if place.keys is not None:
        manifest["keys"] = [key.place for key in keys]
    header = Header(now.astimezone(UTC).isoformat(), place.dialect)
    if place.lacks_files:
        manifest[LACKS_FILES] = True
    shelf = None if place.lacks_files else place.shelf
    await asyncio.to_thread(write_archive, path, vault, header, _filling(copied, shelf, manifest))
    return len(manifest["files"]), keys


def _filling(
    copied: Path, shelf: Shelf | None, manifest: dict[str, Any]
) -> Callable[[tarfile.TarFile], None]:
    """Return what puts everything into the archive: files first looked for after the database was copied.

    So every file that the copy knows is there, unless its patient was erased in this very moment.
    """

    def fill(tar: tarfile.TarFile) -> None:
        tar.add(copied, copied.name)
        for kept, content in _sealed(shelf) if shelf else ():
            _add(tar, f"{_FILES}/{kept.path}", content, kept.size)
            manifest["files"][kept.path] = content.digest()
        told = json.dumps(manifest).encode()
        _add(tar, _MANIFEST, BytesIO(told), len(told))

    return fill


def _sealed(shelf: Shelf) -> Iterator[tuple[Kept, "_Hashed"]]:
    """Yield every file with its bytes, sealed as they are, unless it was erased since it was seen."""
    for kept in shelf.kept():
        try:
            content = _Hashed(shelf.pieces(kept.path))
        except FileNotFoundError:
            continue
        yield kept, content


def _add(tar: tarfile.TarFile, name: str, content: Any, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    tar.addfile(entry, content)


class _Hashed:
    """A file however large, read once from beginning to end: a kept file never changes meanwhile."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Begin to read, so that what is gone is known before anything is said of it."""
        self._pieces = pieces
        self._left = memoryview(next(pieces, b""))
        self._digest = sha256()

    def read(self, size: int) -> bytes:
        """Return so many bytes, and fewer only at the end."""
        given = bytearray()
        while len(given) < size and self._left:
            piece = self._left[: size - len(given)]
            given += piece
            self._left = self._left[len(piece) :] or memoryview(next(self._pieces, b""))
        self._digest.update(given)
        return bytes(given)

    def digest(self) -> str:
        """Return the SHA-256 of what was read."""
        return self._digest.hexdigest()
