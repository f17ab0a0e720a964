"""By which version of the time zones' rules dates were planned, and whose dates hang on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from handlers.core.case import FollowUpState
from handlers.core.values import ClinicId, PatientId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.marks import open_task_row
from storage.row_security import EachClinic
from storage.sql import upsert
from storage.tables import follow_ups, meta
from storage.types import is_one_of

TASK: Final = "zone-rules"
_NAME: Final = "zone-rules"
_PUT: Final = upsert(meta, "value")
_READ: Final = select(meta.c.value).where(meta.c.name == _NAME)
_PLANNED: Final = (
    select(follow_ups.c.patient_id)
    .distinct()
    .where(
        follow_ups.c.clinic_id == bindparam("clinic"),
        is_one_of(follow_ups.c.state, FollowUpState.SCHEDULED, FollowUpState.HELD),
    )
    .order_by(follow_ups.c.patient_id)
)


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """The version that the installation planned by, and the patients with something planned."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def known(self) -> str:
        """Return the version, "" where none was noted yet."""
        return await self.database.read(lambda conn: conn.scalar(_READ)) or ""

    async def note(self, version: str) -> None:
        """Note that everything is planned by this version."""
        await self.database.write(lambda conn: conn.execute(_PUT, {"name": _NAME, "value": version}))

    async def planned(self, clinic: ClinicId) -> Sequence[PatientId]:
        """Return the patients of a clinic to whom something is planned that has not gone out."""
        database = EachClinic(self.database).of(clinic)
        found = await database.read(lambda conn: conn.scalars(_PLANNED, {"clinic": clinic}).all())
        return [PatientId(one) for one in found]

    async def tell(self, clinic: ClinicId, version: str, *, now: datetime) -> None:
        """Open a task: check-ins of a clinic come at another moment than was planned."""
        key = await self.clinics.key(clinic)
        task = f"{TASK}:{version}"
        await (
            EachClinic(self.database)
            .of(clinic)
            .write(lambda conn: open_task_row(conn, self.vault, key, None, TASK, task, at=now, note=version))
        )
