"""Puts a backup in the place of the database: verified first, with the files it brings along."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url

from handlers.errors import SettingError
from storage.backup import postgres_copy, sqlite_copy
from storage.backup.archive import BackupBroken, read_archive
from storage.backup.key_files import read_keys
from storage.backup.key_store import KeyPlace, StoredKey, lacking
from storage.backup.making import LACKS_FILES, check_files, check_rows
from storage.backup.place import KEYS, Place, merge_tombstones
from storage.keys import Vault

_BESIDE: Final = ("", "-wal", "-shm")
REPLACED: Final = ".replaced"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: how many files, or none because the backup `lacks_files`."""

    files: int
    lacks_files: bool


async def restore_backup(place: Place, vault: Vault, path: Path, keys: Path | None = None) -> Restored:
    """Put a backup in the place of what is there; return what came back.

    `keys` is the key store of a backup whose keys were kept apart, or the folder that it lies in. On SQLite
    what was there stays beside it as `….replaced`; PostgreSQL must be given an empty database. Nothing is
    changed before the backup has proved whole. Whoever was erased since must be erased again: the next
    opening does that, by the tombstones here, beside the backup and beside the key store.
    """
    place.files.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.files) as name:
        folder = Path(name)
        header = await asyncio.to_thread(read_archive, path, vault, folder)
        manifest = await asyncio.to_thread(check_files, folder)
        if header.dialect != place.dialect:
            raise SettingError(
                f"YORISOI_DATABASE_URL: this backup is of {header.dialect}. Name a database of that kind"
            )
        stored = await asyncio.to_thread(_keys_for, manifest, path, keys)
        for beside in {path.parent, *((keys, keys.parent) if keys else ())}:
            await merge_tombstones(beside, place.files)
        if place.sqlite is not None:
            check_rows(manifest, await asyncio.to_thread(sqlite_copy.rows_of, folder / sqlite_copy.NAME))
            await asyncio.to_thread(sqlite_copy.join, folder / sqlite_copy.NAME, stored)
            await asyncio.to_thread(_put, folder / sqlite_copy.NAME, place.sqlite)
        else:
            await _fill(place, folder, manifest, stored)
        shelf = place.shelf
        for file in manifest["files"]:
            await shelf.bring_back(folder / "files" / file, file)
    return Restored(len(manifest["files"]), manifest.get(LACKS_FILES, False))


def _keys_for(manifest: Mapping[str, Any], path: Path, keys: Path | None) -> Sequence[StoredKey]:
    """Return the keys of a backup that were kept apart; raise BackupBroken where they are not all there."""
    wanted = {KeyPlace(*one) for one in manifest.get("keys", ())}
    if not wanted:
        return ()
    if keys is None:
        raise BackupBroken(
            "this backup holds no keys: they were kept apart. Name their file with --keys, or its folder"
        )
    stored = read_keys(keys / path.with_suffix(KEYS).name if keys.is_dir() else keys)
    if lacking(wanted, stored):
        raise BackupBroken("this key file lacks keys of the backup. Take the one that was made with it")
    return [key for key in stored if key.place in wanted]


async def _fill(place: Place, folder: Path, manifest: Mapping[str, Any], keys: Sequence[StoredKey]) -> None:
    if not await postgres_copy.is_empty(place.database_url):
        raise SettingError("YORISOI_DATABASE_URL: this database is not empty. Name a new, empty one")
    url = make_url(place.database_url)
    await postgres_copy.restore(url, folder / postgres_copy.NAME)
    if manifest["rows"]:  # dumps of earlier versions came without their counts
        check_rows(manifest, await postgres_copy.counts(url))
    await postgres_copy.join(url, keys)


def _put(copied: Path, database: Path) -> None:
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            Path(f"{database}{ending}").rename(f"{database}{REPLACED}{ending}")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = database.with_name(f"{database.name}.part")
    shutil.copyfile(copied, part)
    part.chmod(0o600)
    part.rename(database)
