"""The proven e-mail address of a web contact, and whether it has been told since they were last here."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from handlers.core.values import ClinicId, ContactPoint
from handlers.errors import NotFound
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import PatientKey, Vault
from storage.sql import upsert
from storage.tables import contact_points, outbox, patients, web_emails


class ChatEmails:
    """Keeps one address per contact, sealed under the patient's key: erased with it."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the database and the keys."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def prove(self, clinic: ClinicId, point: ContactPoint, email: str, *, now: datetime) -> None:
        """Keep `email` as proven; it takes the place of an earlier one. Raise NotFound for a stranger."""
        statement = upsert(web_emails, "email", "proven_at", "told_at")
        found = await self._find(clinic, point)
        if found is None or not found.wrapped_key:
            raise NotFound("no such contact")
        sealed = self._vault.seal(await self._key(clinic, found), "web_emails", found.id, "email", email)
        row = {
            "clinic_id": clinic,
            "contact_id": found.id,
            "patient_id": found.patient_id,
            "email": sealed,
            "proven_at": now,
            "told_at": None,
        }
        await self._database.write(lambda conn: conn.execute(statement, row))

    async def proven(self, clinic: ClinicId, point: ContactPoint) -> str | None:
        """Return the proven address, or None."""
        found = await self._find(clinic, point)
        return await self._opened(clinic, found) if found is not None else None

    async def due(self, clinic: ClinicId, point: ContactPoint) -> str | None:
        """Return the proven address if no e-mail went there since the person was last here."""
        found = await self._find(clinic, point)
        if found is None or _is_told(found):
            return None
        return await self._opened(clinic, found)

    async def told(self, clinic: ClinicId, point: ContactPoint, *, now: datetime) -> None:
        """Note that an e-mail went out: the next one waits until the person has been here."""
        found = await self._find(clinic, point)
        if found is None:
            return
        statement = update(web_emails).where(
            web_emails.c.clinic_id == clinic, web_emails.c.contact_id == found.id
        )
        await self._database.write(lambda conn: conn.execute(statement, {"told_at": now}))

    async def _find(self, clinic: ClinicId, point: ContactPoint) -> Row[Any] | None:
        owner = await self._clinics.key(clinic)
        index = self._vault.index(owner, "address", point.channel, point.account, point.address)
        statement = _contact(clinic, point, index)

        def look(conn: Connection) -> Row[Any] | None:
            return conn.execute(statement).first()

        return await self._database.read(look)

    async def _opened(self, clinic: ClinicId, found: Row[Any]) -> str | None:
        if found.email is None or not found.wrapped_key:
            return None
        key = await self._key(clinic, found)
        return self._vault.open_text(key, "web_emails", found.id, "email", found.email)

    async def _key(self, clinic: ClinicId, found: Row[Any]) -> PatientKey:
        return PatientKey(await self._clinics.key(clinic), found.patient_id, found.wrapped_key)


def _is_told(found: Row[Any]) -> bool:
    """Say whether the last e-mail is newer than the last sign of the person."""
    if found.told_at is None:
        return False
    here = [moment for moment in (found.last_heard_at, found.delivered_at) if moment is not None]
    return not here or max(here) <= found.told_at


def _contact(clinic: ClinicId, point: ContactPoint, index: bytes) -> Select[Any]:
    contact = contact_points.c
    delivered = (
        select(func.max(outbox.c.delivered_at))
        .where(
            outbox.c.clinic_id == contact.clinic_id,
            outbox.c.patient_id == contact.patient_id,
            outbox.c.contact_id == contact.id,
        )
        .scalar_subquery()
    )
    return (
        select(contact.id, contact.patient_id, contact.last_heard_at, delivered.label("delivered_at"))
        .add_columns(patients.c.wrapped_key, web_emails.c.email, web_emails.c.told_at)
        .join(patients, (patients.c.clinic_id == contact.clinic_id) & (patients.c.id == contact.patient_id))
        .outerjoin(
            web_emails,
            (web_emails.c.clinic_id == contact.clinic_id) & (web_emails.c.contact_id == contact.id),
        )
        .where(
            contact.clinic_id == clinic,
            contact.channel == point.channel.value,
            contact.account == point.account,
            contact.address_index == index,
        )
    )
