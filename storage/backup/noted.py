"""When the last backup was made that could be read back, and whether its keys lie apart from it."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from storage.sql import upsert
from storage.tables import meta

_LAST: Final = "last_backup"
_KEYS: Final = "last_key_store"
_PROOF: Final = "last_backup_proof"
_LISTED: Final = "listed"
_LACKS: Final = "last_backup_lacks_files"
_PUT = upsert(meta, "value")


class Apart(StrEnum):
    """How far a key store lies from its backup: in it, in its folder, on its device, or on another one."""

    NOT = "in-it"
    FOLDER = "folder"
    DEVICE = "device"
    WELL = "apart"


def last_backup(conn: Connection) -> datetime | None:
    """Return when the last verified backup was made; None if there never was one."""
    value = conn.scalar(select(meta.c.value).where(meta.c.name == _LAST))
    return datetime.fromisoformat(value) if value else None


def lacks_files(conn: Connection) -> bool:
    """Say whether the files were left out of the last backup."""
    return conn.scalar(select(meta.c.value).where(meta.c.name == _LACKS)) == "yes"


def note_backup(
    conn: Connection, at: datetime, apart: Apart, *, is_restored: bool = True, lacks_files: bool = False
) -> None:
    """Remember that a backup was made and read back, by restoring it or not, and where its keys went.

    `lacks_files`: the files were left out.
    """
    conn.execute(_PUT, {"name": _LAST, "value": at.isoformat()})
    conn.execute(_PUT, {"name": _PROOF, "value": "restored" if is_restored else _LISTED})
    conn.execute(_PUT, {"name": _KEYS, "value": apart.value})
    conn.execute(_PUT, {"name": _LACKS, "value": "yes" if lacks_files else ""})


def is_proved(conn: Connection) -> bool:
    """Say whether the last backup was verified by restoring it, or before that was noted."""
    return conn.scalar(select(meta.c.value).where(meta.c.name == _PROOF)) != _LISTED


def how_far_apart(backups: Path, keys: Path | None) -> Apart:
    """Say how far apart these folders are; both must be there."""
    if keys is None:
        return Apart.NOT
    one, other = backups.resolve(), keys.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        return Apart.FOLDER
    return Apart.DEVICE if one.stat().st_dev == other.stat().st_dev else Apart.WELL


def key_store(conn: Connection) -> Apart:
    """Return how far the keys of the last backup lie from it."""
    return Apart(conn.scalar(select(meta.c.value).where(meta.c.name == _KEYS)) or Apart.NOT)
