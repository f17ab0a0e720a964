"""Notes and tags of a patient, written by staff for staff. No patient ever sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from handlers.core.changes import Audit
from handlers.core.values import ClinicId, PatientId
from handlers.errors import NotFound
from storage.audit.chain import add_audit
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.patient_keys import PatientKeys
from storage.row_ids import fresh_id
from storage.sql import insert_new
from storage.tables import patient_tags, staff_notes, tags
from storage.views.notices import staff_names

_OF_PATIENT: Final = (
    staff_notes.c.clinic_id == bindparam("clinic"),
    staff_notes.c.patient_id == bindparam("patient"),
)
_NOTES: Final = (
    select(staff_notes).where(*_OF_PATIENT).order_by(staff_notes.c.at.desc(), staff_notes.c.id.desc())
)
_ADD_NOTE: Final = insert(staff_notes)
_TAGS: Final = (
    select(tags.c.id, tags.c.name, patient_tags.c.patient_id)
    .join_from(
        tags,
        patient_tags,
        and_(
            patient_tags.c.clinic_id == tags.c.clinic_id,
            patient_tags.c.tag_id == tags.c.id,
            patient_tags.c.patient_id == bindparam("patient"),
        ),
        isouter=True,
    )
    .where(tags.c.clinic_id == bindparam("clinic"))
)
_ADD_TAG: Final = insert_new(tags)
_BY_NAME: Final = select(tags.c.id).where(
    tags.c.clinic_id == bindparam("clinic"), tags.c.name_index == bindparam("index")
)
_TIE: Final = insert_new(patient_tags)
_UNTIE: Final = delete(patient_tags).where(
    patient_tags.c.clinic_id == bindparam("clinic"),
    patient_tags.c.patient_id == bindparam("patient"),
    patient_tags.c.tag_id == bindparam("tag"),
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a member of staff wrote about a patient."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """One of the clinic's words."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What staff wrote beside a patient: notes newest first, their tags, and the clinic's other tags."""

    notes: tuple[Note, ...] = ()
    tags: tuple[Tag, ...] = ()
    others: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffNotes:
    """Writes and reads notes and tags; each change is one line in the record of acts, without its words."""

    database: Database
    vault: Vault
    clinics: Clinics
    keys: PatientKeys

    async def of(self, clinic: ClinicId, patient: PatientId) -> Beside:
        """Return what staff wrote beside a patient; nothing of an erased one."""
        owner, key = await self.clinics.key(clinic), await self.keys.find(clinic, patient)
        if key is None:
            return Beside()
        values = {"clinic": clinic, "patient": patient}

        def read(conn: Connection) -> Beside:
            names = staff_names(conn, self.vault, owner)
            notes = tuple(
                Note(
                    self.vault.open_text(key, "staff_notes", row.id, "note", row.note),
                    names.get(row.by, row.by),
                    row.at,
                )
                for row in conn.execute(_NOTES, values)
            )
            return Beside(notes, *self._tags(conn, owner, values))

        return await self.database.read(read)

    async def write(self, clinic: ClinicId, patient: PatientId, text: str, act: Audit) -> None:
        """Add a note; raise NotFound."""
        key, ident = await self.keys.get(clinic, patient), fresh_id()
        sealed = self.vault.seal_text(key, "staff_notes", ident, "note", text)
        values = {"clinic_id": clinic, "id": ident, "patient_id": patient, "note": sealed}

        def add(conn: Connection) -> None:
            conn.execute(_ADD_NOTE, values | {"at": act.at, "by": act.actor})
            add_audit(conn, self.vault, key.owner, act)

        await self.database.write(add)

    async def tag(self, clinic: ClinicId, patient: PatientId, name: str, act: Audit) -> None:
        """Tie a tag to a patient, a new one if the clinic has none of this name; raise NotFound."""
        key = await self.keys.get(clinic, patient)

        def tie(conn: Connection) -> None:
            tag = self._known_or_new(conn, key.owner, name)
            values = {"clinic_id": clinic, "patient_id": patient, "tag_id": tag}
            conn.execute(_TIE, values | {"at": act.at, "by": act.actor})
            add_audit(conn, self.vault, key.owner, act)

        await self.database.write(tie)

    async def untag(self, clinic: ClinicId, patient: PatientId, tag: str, act: Audit) -> None:
        """Take a tag off a patient; raise NotFound if they do not have it."""
        owner = await self.clinics.key(clinic)

        def untie(conn: Connection) -> None:
            if not conn.execute(_UNTIE, {"clinic": clinic, "patient": patient, "tag": tag}).rowcount:
                raise NotFound("no such tag of this patient")
            add_audit(conn, self.vault, owner, act)

        await self.database.write(untie)

    def _tags(self, conn: Connection, owner: ClinicKey, values: dict[str, Any]) -> Sequence[tuple[Tag, ...]]:
        """Return the patient's tags, then the clinic's others, both by name."""
        found = [
            (
                row.patient_id is not None,
                Tag(row.id, self.vault.open_text(owner, "tags", row.id, "name", row.name)),
            )
            for row in conn.execute(_TAGS, values)
        ]
        found.sort(key=lambda one: one[1].name.casefold())
        return tuple(tag for is_theirs, tag in found if is_theirs), tuple(
            tag for is_theirs, tag in found if not is_theirs
        )

    def _known_or_new(self, conn: Connection, owner: ClinicKey, name: str) -> str:
        index, ident = self.vault.index(owner, "tag", name.casefold()), fresh_id()
        sealed = self.vault.seal_text(owner, "tags", ident, "name", name)
        conn.execute(_ADD_TAG, {"clinic_id": owner.clinic, "id": ident, "name_index": index, "name": sealed})
        return str(conn.scalar(_BY_NAME, {"clinic": owner.clinic, "index": index}))
