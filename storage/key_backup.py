"""Whether somebody has confirmed that the master key has a copy elsewhere."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from storage.master_key import FINGERPRINT
from storage.sql import upsert
from storage.tables import meta

_BACKUP: Final = "master_key_backup"
_PUT = upsert(meta, "value")


def key_is_backed_up(conn: Connection) -> bool:
    """Say whether a copy of just this database's key was confirmed."""
    values = {
        row.name: row.value
        for row in conn.execute(select(meta).where(meta.c.name.in_([FINGERPRINT, _BACKUP])))
    }
    confirmed, _, _ = values.get(_BACKUP, "").partition(" ")
    return bool(confirmed) and confirmed == values.get(FINGERPRINT)


def confirm_key_backup(conn: Connection, fingerprint: str, at: datetime) -> None:
    """Remember that the key with this fingerprint has a copy elsewhere."""
    conn.execute(_PUT, {"name": _BACKUP, "value": f"{fingerprint} {at.isoformat()}"})
