"""Clinics: their own data and their keys."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from handlers.core.case import Clinic
from handlers.core.values import ClinicId, Language
from handlers.errors import NotFound
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.row_security import EachClinic
from storage.sql import Fields, insert_new
from storage.tables import clinics

_HOSTS = select(clinics.c.id, clinics.c.host).order_by(clinics.c.id)
_BY_ID = select(clinics).where(clinics.c.id == bindparam("clinic"))


Also = Callable[[Connection], object]


def _nothing(_: Connection) -> None:
    """Write nothing more."""


class Clinics:
    """All clinics. A clinic's key is remembered once it was read: it never becomes another key."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Take the database and the vault that opens the keys."""
        self._database = EachClinic(database).nobody
        self._vault = vault
        self._keys: dict[str, ClinicKey] = {}

    async def key(self, clinic: str) -> ClinicKey:
        """Return a clinic's key; raise NotFound if there is no such clinic."""
        known = self._keys.get(clinic)
        if known is None:
            row = await self._database.read(lambda conn: _row(conn, clinic))
            known = self._keys[clinic] = ClinicKey(clinic, row.wrapped_key)
        return known

    async def get(self, clinic: str) -> Clinic:
        """Return a clinic's own data; raise NotFound if there is no such clinic."""
        return clinic_of(await self._database.read(lambda conn: _row(conn, clinic)))

    async def all(self) -> Sequence[Clinic]:
        """Return every clinic, by id."""
        rows = await self._database.read(lambda conn: conn.execute(select(clinics).order_by("id")).all())
        return [clinic_of(row) for row in rows]

    async def hosts(self) -> Mapping[ClinicId, str]:
        """Return the host of every clinic, by the clinic's id; "" is the address of the settings."""
        rows = await self._database.read(lambda conn: conn.execute(_HOSTS).all())
        return {ClinicId(row.id): row.host for row in rows}

    async def create(self, clinic: Clinic, *, now: datetime, host: str = "", also: Also = _nothing) -> bool:
        """Make a clinic with a key of its own, and what `also` writes; say whether it is new.

        One that exists already, or another with this host, keeps its key and its data.
        """
        wrapped = self._vault.new_clinic_key(clinic.id).wrapped
        values = {"id": clinic.id, "wrapped_key": wrapped, "created_at": now, "host": host}
        values |= _values(clinic)

        def write(conn: Connection) -> bool:
            is_new = conn.execute(insert_new(clinics), values).rowcount > 0
            if is_new:
                also(conn)
            return is_new

        return await self._database.write(write)

    async def save(self, clinic: Clinic) -> None:
        """Change a clinic's own data."""
        statement = update(clinics).where(clinics.c.id == bindparam("clinic"))
        await self._database.write(
            lambda conn: conn.execute(statement, {"clinic": clinic.id, **_values(clinic)})
        )


def clinic_of(row: Fields) -> Clinic:
    """Return the clinic in a row that holds the columns of `clinics`."""
    return _clinic(row.id, row.name, row.pack, row.zone, row.language, row.texts, row.routes)


@lru_cache(maxsize=256)
def _clinic(  # noqa: PLR0913, PLR0917 - one parameter a column
    ident: str, name: str, pack: str, zone: str, language: str, texts: str, routes: str
) -> Clinic:
    """Return the clinic with these columns: it stands beside every patient, and changes once a year."""
    said = MappingProxyType(json.loads(texts))
    return Clinic(ClinicId(ident), name, pack, zone, Language(language), said, frozenset(json.loads(routes)))


def _values(clinic: Clinic) -> dict[str, Any]:
    return {
        "name": clinic.name,
        "pack": clinic.pack,
        "zone": clinic.zone,
        "language": clinic.language,
        "texts": json.dumps(dict(clinic.texts), ensure_ascii=False),
        "routes": json.dumps(sorted(clinic.routes)),
    }


def _row(conn: Connection, clinic: str) -> Row[Any]:
    row = conn.execute(_BY_ID, {"clinic": clinic}).first()
    if row is None:
        raise NotFound("no such clinic")
    return row
