"""What a clinic keeps until when, and the work of letting it go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.core.retention import DataClass, Deed, Due, due_of, kept_for
from storage.audit.shortening import shorten
from storage.erasure.erasing import Erasing
from storage.keys import ClinicKey, Vault
from storage.marks import open_task_row
from storage.patient_keys import read_patient_key
from storage.retention.lives import lives
from storage.retention.old_files import let_files_go

BY: Final = "housekeeping"
REASON: Final = "retention"
TASK: Final = "retention-due"
AT_ONCE: Final = 50
"""So many patients in one go: a wrong number of months is noticed before everybody is gone."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What one round let go: patients, files, lines of the record of acts; and whom it asked staff about."""

    patients: int
    files: int
    lines: int
    asked: int


@dataclass(frozen=True, slots=True)
class Retention:
    """Knows what goes when, and does it."""

    erasing: Erasing

    async def plan(self, clinic: str) -> Sequence[Due]:
        """Return when each patient's record goes, the next first; those that never do by themselves last."""
        stores = self.erasing.stores
        texts = (await stores.clinics.get(clinic)).texts
        found = await stores.database.read(lambda conn: lives(conn, clinic))
        dues = [due_of(life, texts) for life in found]
        return sorted(dues, key=lambda due: (due.at is None, due.at and due.at.timestamp(), due.code))

    async def work_off(self, clinic: str, now: datetime) -> Gone:
        """Let go what is over and not on hold. Ask staff about whoever was treated."""
        over = [due for due in await self.plan(clinic) if due.at and due.at <= now and not due.on_hold]
        erased = [due for due in over if due.deed is Deed.ERASE][:AT_ONCE]
        for due in erased:
            await self.erasing.erase(clinic, due.patient, by=BY, reason=REASON, now=now)
        asked = [due for due in over if due.deed is Deed.ASK]
        stores = self.erasing.stores
        key, texts = await stores.clinics.key(clinic), (await stores.clinics.get(clinic)).texts
        vault, audit_since = stores.vault, now - kept_for(texts, DataClass.AUDIT)
        await stores.database.write(lambda conn: _ask(conn, vault, key, asked, now))
        files = await stores.database.write(lambda conn: let_files_go(conn, clinic, texts, now))
        if files:
            await stores.fetches.sweep()
        lines = await stores.database.write(lambda conn: shorten(conn, vault, key, audit_since))
        return Gone(len(erased), files, lines, len(asked))


def _ask(conn: Connection, vault: Vault, key: ClinicKey, asked: Sequence[Due], now: datetime) -> None:
    for due in asked:
        if patient := read_patient_key(conn, key, due.patient):
            open_task_row(conn, vault, key, patient, TASK, TASK, at=now)
