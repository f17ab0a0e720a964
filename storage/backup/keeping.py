"""Keeps the keys of a backup apart from it, and carries into older key stores what was destroyed since."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from storage.backup.archive import BackupBroken
from storage.backup.key_files import destroy_keys, read_keys, write_keys
from storage.backup.key_store import CLINICS, DAYS, PATIENTS, KeyPlace, StoredKey
from storage.backup.place import KEYS, Place, merge_tombstones, prune, stamped
from storage.day_keys import KEPT, day_of
from storage.erasure.tombstones import Tombstone, Tombstones, is_ours
from storage.keys import ClinicKey, Vault


async def keep_keys(
    place: Place, vault: Vault, now: datetime, keys: Sequence[StoredKey]
) -> tuple[str | None, int]:
    """Keep the keys of a backup apart, before it counts, and destroy in older stores what is destroyed here.

    Those are the keys of erased patients, and of days whose raw messages nobody may read any more. Return
    where the keys are (None if they are not kept apart), and how many were destroyed.
    """
    if place.keys is None:
        return None, 0
    place.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = stamped(place.keys, KEYS, now)
    await asyncio.to_thread(write_keys, path, now.astimezone(UTC).isoformat(), keys)
    if await asyncio.to_thread(read_keys, path) != list(keys):
        raise BackupBroken(f"the key file {path} can't be read. Name another file")
    await merge_tombstones(place.files, place.keys)
    erased = _erased(vault, keys, await Tombstones(place.keys).all())
    oldest = day_of(now - KEPT)

    def is_gone(key: KeyPlace) -> bool:
        return (
            (key.clinic, key.row) in erased
            if key.table == PATIENTS
            else key.table == DAYS and key.row < oldest
        )

    destroyed = await asyncio.to_thread(destroy_keys, place.keys, is_gone)
    prune(place.keys, KEYS, now)
    return str(path), destroyed


def _erased(vault: Vault, keys: Sequence[StoredKey], stones: Sequence[Tombstone]) -> set[tuple[str, str]]:
    """Return clinic and id of the erased, by tombstones that are ours: another's line takes nobody's key."""
    owners = {
        key.place.clinic: ClinicKey(key.place.clinic, key.wrapped)
        for key in keys
        if key.place.table == CLINICS and key.wrapped is not None
    }
    return {
        (stone.clinic, stone.patient)
        for stone in stones
        if stone.clinic in owners and is_ours(vault, owners[stone.clinic], stone)
    }
