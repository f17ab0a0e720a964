"""Tasks that stand as long as something is amiss, and that belong to no patient."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.marks import close_task_row, open_task_row


class StandingTasks:
    """Opens and closes them; one that is open already stays as it is."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys of the tasks' notes."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def stand(
        self, clinic: ClinicId, kind: str, notes: Mapping[str, str], well: frozenset[str], *, now: datetime
    ) -> None:
        """Open a task for every key of `notes`, close those of the keys that are `well`."""
        owner = await self._clinics.key(clinic)

        def write(conn: Connection) -> None:
            for key, note in notes.items():
                open_task_row(conn, self._vault, owner, None, kind, key, at=now, note=note)
            for key in well - notes.keys():
                close_task_row(conn, self._vault, owner, key, at=now, by="system")

        await self._database.write(write)
