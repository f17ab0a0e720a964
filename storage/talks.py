"""Whose chat a person of the clinic has, but has been silent in for too long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from handlers.core.values import ClinicId, PatientId
from storage.engine import Database
from storage.tables import patients
from storage.types import moment_param

_SILENT: Final = (
    select(patients.c.clinic_id, patients.c.id)
    .where(patients.c.talk_until <= moment_param("now"))
    .order_by(patients.c.talk_until)
)


class SilentTalks:
    """Reads when staff's silence is over; who they are stands sealed beside it."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def __call__(self, now: datetime) -> Sequence[tuple[ClinicId, PatientId]]:
        """Return the patients whose chat goes back to the bot, those left alone longest first."""
        rows = await self._database.read(lambda conn: conn.execute(_SILENT, {"now": now}).all())
        return [(ClinicId(row.clinic_id), PatientId(row.id)) for row in rows]
