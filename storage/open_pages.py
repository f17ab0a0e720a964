"""Which conversations are looked at right now, whichever web process their page hangs on."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from handlers.core.values import ClinicId, ContactPoint
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.sql import upsert
from storage.tables import open_pages
from storage.types import moment_param

_NOTE = upsert(open_pages, "until")
_IS_OPEN = (
    select(1)
    .where(
        open_pages.c.clinic_id == bindparam("clinic"),
        open_pages.c.address_index == bindparam("address"),
        open_pages.c.until > moment_param("now_system"),
    )
    .limit(1)
)
_GONE = delete(open_pages).where(open_pages.c.until <= moment_param("now_system"))

_TAKE_BACK = delete(open_pages).where(
    open_pages.c.clinic_id == bindparam("clinic"),
    open_pages.c.address_index == bindparam("address"),
    open_pages.c.until <= moment_param("said"),
)


class OpenPages:
    """What every web process tells the others; addresses stand there as keyed hashes only."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys of the hashes."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def note(self, clinic: ClinicId, points: Collection[ContactPoint], *, until: datetime) -> None:
        """Let these count as open until `until`, on the system's clock."""
        rows = sorted(
            [await self._row(clinic, point) for point in points], key=lambda row: row["address_index"]
        )
        if rows:
            new = [row | {"until": until} for row in rows]
            await self._database.write(lambda conn: conn.execute(_NOTE, new))

    async def take_back(self, clinic: ClinicId, points: Collection[ContactPoint], *, said: datetime) -> None:
        """Vouch for these no more, but for what another process said after `said`."""
        rows = [await self._row(clinic, point) for point in points]
        values = [{"clinic": row["clinic_id"], "address": row["address_index"], "said": said} for row in rows]
        if values:
            await self._database.write(lambda conn: conn.execute(_TAKE_BACK, values))

    async def is_open(self, clinic: ClinicId, point: ContactPoint, *, now_system: datetime) -> bool:
        """Say whether somebody looks at this conversation in any process, or did a moment ago."""
        row = await self._row(clinic, point)
        values = {"clinic": clinic, "address": row["address_index"], "now_system": now_system}
        return await self._database.read(lambda conn: conn.scalar(_IS_OPEN, values) is not None)

    async def forget_old(self, *, now_system: datetime) -> None:
        """Take out what no longer counts."""
        await self._database.write(lambda conn: conn.execute(_GONE, {"now_system": now_system}))

    async def _row(self, clinic: ClinicId, point: ContactPoint) -> dict[str, Any]:
        key = await self._clinics.key(clinic)
        index = self._vault.index(key, "address", point.channel, point.account, point.address)
        return {"clinic_id": clinic, "address_index": index}
