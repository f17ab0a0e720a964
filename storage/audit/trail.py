"""The record of acts of every clinic, for whoever writes in it or examines it."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.core.changes import Audit
from storage.audit.chain import add_audit
from storage.audit.verify import Kept, Verdict, heads, verify
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault


@dataclass(frozen=True, slots=True)
class Trail:
    """Adds lines, says where the record stands, and whether it is whole."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def note(self, clinic: str, act: Audit) -> None:
        """Add one line to a clinic's record."""
        key = await self.clinics.key(clinic)
        await self.database.write(lambda conn: add_audit(conn, self.vault, key, act))

    async def heads(self) -> Sequence[Kept]:
        """Return where each clinic's record stands, to be kept apart from the database."""
        return await self.database.read(heads)

    async def verify(self, kept: Sequence[Kept] = ()) -> Sequence[Verdict]:
        """Examine every clinic's record, also against heads that were kept apart."""
        keys = [await self.clinics.key(clinic.id) for clinic in await self.clinics.all()]
        return [
            await self.database.read(lambda conn, key=key: verify(conn, self.vault, key, kept))  # type: ignore[misc]
            for key in keys
        ]
