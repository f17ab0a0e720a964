"""Lists of patients that a member of staff keeps under names of their own: what was chosen, and no patient.

What was typed is never kept: it may be a name, and what is kept here outlives the erasure of a patient.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Delete, Update, bindparam, delete, insert, select, update

from handlers.core.changes import Audit
from handlers.core.values import ClinicId
from handlers.errors import NotFound
from storage.audit.chain import add_audit
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.row_ids import fresh_id
from storage.tables import saved_filters

MOST: Final = 20
"""So many chips still fit above a list."""

_TABLE: Final = "saved_filters"
_OF_STAFF = (
    saved_filters.c.clinic_id == bindparam("clinic"),
    saved_filters.c.staff_id == bindparam("staff"),
)
_ONE = (*_OF_STAFF, saved_filters.c.id == bindparam("filter"))
_ALL: Final = select(saved_filters).where(*_OF_STAFF)
_ADD: Final = insert(saved_filters)
_CHANGE: Final = update(saved_filters).where(*_ONE).values(name=bindparam("name"))
_DELETE: Final = delete(saved_filters).where(*_ONE)


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A name, and what was chosen, as it stands in the query of a link."""

    id: str
    name: str
    chosen: str


@dataclass(frozen=True, slots=True)
class SavedFilters:
    """Keeps them, sealed under the clinic's key; each change is one line in the record of acts."""

    database: Database
    vault: Vault
    clinics: Clinics

    async def of(self, clinic: ClinicId, staff: str) -> Sequence[SavedFilter]:
        """Return what somebody keeps, by name."""
        owner = await self.clinics.key(clinic)
        return await self.database.read(lambda conn: self._all(conn, owner, staff))

    async def save(self, clinic: ClinicId, name: str, chosen: str, act: Audit) -> bool:
        """Keep what was chosen for whoever acts, in the place of what had this name; False if too much."""
        owner, ident = await self.clinics.key(clinic), fresh_id()
        sealed = self._sealed(owner, ident, name=name, chosen=chosen)
        row = {"clinic_id": clinic, "id": ident, "staff_id": act.actor, **sealed}

        def keep(conn: Connection) -> bool:
            kept = self._all(conn, owner, act.actor)
            same = [one for one in kept if one.name.casefold() == name.casefold()]
            if len(kept) - len(same) >= MOST:
                return False
            for one in same:
                conn.execute(_DELETE, _named(clinic, act.actor, one.id))
            conn.execute(_ADD, row)
            add_audit(conn, self.vault, owner, act)
            return True

        return await self.database.write(keep)

    async def rename(self, clinic: ClinicId, ident: str, name: str, act: Audit) -> None:
        """Give a list of whoever acts another name; raise NotFound."""
        owner = await self.clinics.key(clinic)
        await self._change(owner, _CHANGE, ident, act, self._sealed(owner, ident, name=name))

    async def delete(self, clinic: ClinicId, ident: str, act: Audit) -> None:
        """Forget a list of whoever acts; raise NotFound."""
        await self._change(await self.clinics.key(clinic), _DELETE, ident, act, {})

    async def _change(
        self, owner: ClinicKey, statement: Update | Delete, ident: str, act: Audit, values: dict[str, Any]
    ) -> None:
        named = _named(owner.clinic, act.actor, ident)

        def change(conn: Connection) -> None:
            if not conn.execute(statement, named | values).rowcount:
                raise NotFound("no such list")
            add_audit(conn, self.vault, owner, act)

        await self.database.write(change)

    def _all(self, conn: Connection, owner: ClinicKey, staff: str) -> Sequence[SavedFilter]:
        rows = conn.execute(_ALL, {"clinic": owner.clinic, "staff": staff})
        found = [
            SavedFilter(row.id, *(self._open(owner, row, name) for name in ("name", "chosen")))
            for row in rows
        ]
        return tuple(sorted(found, key=lambda one: one.name.casefold()))

    def _open(self, owner: ClinicKey, row: Any, column: str) -> str:
        return self.vault.open_text(owner, _TABLE, row.id, column, getattr(row, column))

    def _sealed(self, owner: ClinicKey, ident: str, **values: str) -> dict[str, bytes | None]:
        return {
            name: self.vault.seal_text(owner, _TABLE, ident, name, value) for name, value in values.items()
        }


def _named(clinic: str, staff: str, ident: str) -> dict[str, str]:
    return {"clinic": clinic, "staff": staff, "filter": ident}
