"""When the last backup was made that could be read back."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from storage.sql import upsert
from storage.tables import meta

_LAST: Final = "last_backup"
_PUT = upsert(meta, "value")


def last_backup(conn: Connection) -> datetime | None:
    """Return when the last verified backup was made; None if there never was one."""
    value = conn.scalar(select(meta.c.value).where(meta.c.name == _LAST))
    return datetime.fromisoformat(value) if value else None


def note_backup(conn: Connection, at: datetime) -> None:
    """Remember that a backup was made and read back."""
    conn.execute(_PUT, {"name": _LAST, "value": at.isoformat()})
