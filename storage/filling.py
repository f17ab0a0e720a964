"""What a migration cannot make, because it has no keys: made once, when a database is opened for writing.

Killed, it begins again; a damaged row keeps nobody from the others.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select

from storage.keys import ClinicKey, SealBroken, Vault
from storage.sql import upsert
from storage.stores import Stores
from storage.tables import clinics, meta

_DONE: Final = upsert(meta, "value")


@dataclass(frozen=True, slots=True)
class Filling:
    """Rows to look at, and what is made of each.

    `rows` takes `clinic` and `after` (an id) and returns a batch of them in the order of their ids. Under
    `name` it stands in `meta` that it was done; where `version` is another, all is done anew.
    """

    name: str
    version: str
    rows: Select[Any]
    make: Callable[[Connection, Vault, ClinicKey, Row[Any]], None]


async def fill_once(stores: Stores, filling: Filling) -> int:
    """Make what is missing; return how many rows were looked at."""
    is_done = select(meta.c.value).where(meta.c.name == filling.name)
    if await stores.database.read(lambda conn: conn.scalar(is_done)) == filling.version:
        return 0
    number = 0
    for clinic in await stores.database.read(lambda conn: list(conn.scalars(select(clinics.c.id)))):
        number += await _fill_clinic(stores, filling, await stores.clinics.key(clinic))
    done = {"name": filling.name, "value": filling.version}
    await stores.database.write(lambda conn: conn.execute(_DONE, done))
    return number


async def _fill_clinic(stores: Stores, filling: Filling, key: ClinicKey) -> int:
    number, after = 0, ""
    while done := await _fill_some(stores, filling, key, after):
        after, number = done[-1], number + len(done)
    return number


async def _fill_some(stores: Stores, filling: Filling, key: ClinicKey, after: str) -> list[str]:
    def some(conn: Connection) -> list[str]:
        rows = conn.execute(filling.rows, {"clinic": key.clinic, "after": after}).all()
        for row in rows:
            with suppress(SealBroken):
                filling.make(conn, stores.vault, key, row)
        return [row.id for row in rows]

    return await stores.database.write(some)
