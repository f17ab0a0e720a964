"""Documents: noted by a decision, fetched by a worker, kept as age-encrypted files."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select, update

from handlers.core.changes import AddDocument
from handlers.core.inspection import SET_ASIDE, told_of, written
from handlers.core.internal import fetched_item
from handlers.core.papers import DocumentState
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, PatientId
from handlers.ports import Incoming, Inspector, PendingFetch
from storage.blobs import Blobs, StoredBlob
from storage.claims import claim, is_leased
from storage.day_keys import DayKeys
from storage.engine import Database
from storage.inbox import add_rows, incoming_row
from storage.interviews import instance_text
from storage.keys import ClinicKey, PatientKey, Vault
from storage.looking import looked_at
from storage.row_security import EachClinic
from storage.scope import Scope
from storage.sql import changed, insert_new, is_row
from storage.states import Wake
from storage.tables import clinics, contact_points, documents, patients
from storage.types import is_word

CHECKER = "checker"
"""Stands where a person's id does when it was no person who looked at a file."""
_ADD = insert_new(documents)
_IS_PENDING = is_word(documents.c.state, DocumentState.PENDING)
_CLAIM = claim(
    documents, due=(_IS_PENDING,), order=(documents.c.at,), also={"attempts": documents.c.attempts + 1}
)
_SETTLE = update(documents).where(*is_leased(documents), _IS_PENDING)
_MOVE_ON = (
    update(patients)
    .where(patients.c.clinic_id == bindparam("clinic"), patients.c.id == bindparam("patient"))
    .values(version=patients.c.version + 1)
)
"""A file that came or was refused is part of its patient's case, which therefore moves on."""
_FORGET = update(documents).where(*is_row(documents), documents.c.blob_key.is_(None)).values(blob=None)
_WITH_KEYS = (
    select(
        documents,
        contact_points.c.channel,
        contact_points.c.account,
        contact_points.c.address,
        patients.c.wrapped_key.label("patient_key"),
        patients.c.name.label("patient_name"),
        clinics.c.wrapped_key.label("clinic_key"),
    )
    .join(
        contact_points,
        and_(
            contact_points.c.clinic_id == documents.c.clinic_id,
            contact_points.c.id == documents.c.contact_id,
        ),
    )
    .join(
        patients,
        and_(patients.c.clinic_id == documents.c.clinic_id, patients.c.id == documents.c.patient_id),
    )
    .join(clinics, clinics.c.id == documents.c.clinic_id)
    .where(patients.c.wrapped_key.is_not(None))
)
_ONE = _WITH_KEYS.where(documents.c.clinic_id == bindparam("clinic"), documents.c.id == bindparam("row"))


class Fetches:
    """Implements handlers.ports.Fetches, and opens what was stored."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        days: DayKeys,
        blobs: Blobs,
        inspector: Inspector | None = None,
    ) -> None:
        """Take the keys, the file store, and what looks into files; without it they are kept unchecked."""
        self._database = EachClinic(database)
        self._vault = vault
        self._days = days
        self._blobs = blobs
        self._inspector = inspector

    async def claim(self, *, now_system: datetime, lease: timedelta, limit: int) -> list[PendingFetch]:
        """Take documents that wait."""
        take = partial(_claim, values={"now_system": now_system, "until": now_system + lease})
        rows = await self._database.in_turn(take, now_system=now_system, limit=limit)
        return [self._pending(row) for row in rows]

    async def keep(self, fetch: PendingFetch, *, until_system: datetime) -> bool:
        """Lengthen the lease of a file that is still coming in; False if it was lost."""
        values = _place(fetch) | {"lease_until": until_system}
        return await self._database.of(fetch.clinic).write(lambda conn: changed(conn, _SETTLE, values))

    async def store(
        self, fetch: PendingFetch, content: AsyncIterator[bytes], *, limit_bytes: int, now: datetime
    ) -> bool:
        """Seal and keep the bytes and bring a Fetched event in one transaction; False if the lease was lost.

        Raises FetchRefused when the limit is passed or the file is none that is kept.
        """
        look = partial(looked_at, self._inspector, fetch.names) if self._inspector else None
        stored = await self._blobs.put(content, limit_bytes=limit_bytes, look=look)
        values, reason = self._stored(stored, now), told_of(stored.inspection)
        done = await self._settle(fetch, values, stored=True, reason=reason, now=now, blob=stored)
        if not done:
            await self._blobs.delete(stored.path)
        return done

    async def give_back(
        self,
        fetch: PendingFetch,
        *,
        until_system: datetime,
        code: str,
        last: bool,
        now: datetime,
        free: bool = False,
    ) -> bool:
        """Free for a later try, without counting this one if `free`.

        `last` ends it as refused and brings a Fetched event.
        """
        if last:
            values = {"state": DocumentState.REFUSED, "reason": code, "lease_until": None}
            return await self._settle(fetch, values, stored=False, reason=code, now=now)
        attempts = fetch.attempts - 1 if free else fetch.attempts
        values = _place(fetch) | {"reason": code, "lease_until": until_system, "attempts": attempts}
        wakes = (Wake.DOCUMENTS,) if free else ()
        database = self._database.of(fetch.clinic)
        return await database.write(lambda conn: changed(conn, _SETTLE, values), wakes=wakes)

    async def open(self, clinic: ClinicId, document: str) -> AsyncIterator[bytes] | None:
        """Return the bytes of a stored document, piece by piece; None if there are none to be had."""
        row = await self._kept(clinic, document)
        return self._blobs.open(row.blob, self._identity(row)) if row is not None else None

    async def preview(self, clinic: ClinicId, document: str) -> bytes | None:
        """Return a JPEG of what a stored document looks like; None where there is no picture of it."""
        row = await self._kept(clinic, document)
        if self._inspector is None or row is None:
            return None
        async with self._blobs.at_hand(row.blob) as sealed:
            return await self._inspector.preview(sealed, self._identity(row))

    async def sweep(self) -> int:
        """Delete the files of documents whose key was destroyed; return how many."""
        lost = select(documents.c.clinic_id, documents.c.id, documents.c.blob).where(
            documents.c.blob.is_not(None), documents.c.blob_key.is_(None)
        )
        rows = await self._database.times.read(lambda conn: conn.execute(lost).all())
        for row in rows:
            await self._blobs.delete(row.blob)
            database = self._database.of(row.clinic_id)
            await database.write(partial(_forget, clinic=row.clinic_id, document=row.id))
        return len(rows)

    async def _settle(
        self,
        fetch: PendingFetch,
        values: dict[str, Any],
        *,
        stored: bool,
        reason: str,
        now: datetime,
        blob: StoredBlob | None = None,
    ) -> bool:
        day = await self._days.at(fetch.clinic, now)
        item = incoming_row(self._vault, day, _told(fetch, stored=stored, reason=reason, now=now))

        def settle(conn: Connection) -> bool:
            sealed = self._sealed(conn, fetch, blob) if blob else {}
            if not changed(conn, _SETTLE, _place(fetch) | values | sealed):
                return False
            conn.execute(_MOVE_ON, {"clinic": fetch.clinic, "patient": fetch.patient})
            add_rows(conn, [item])
            return True

        return await self._database.of(fetch.clinic).write(settle, wakes=(Wake.INBOX,))

    async def _kept(self, clinic: ClinicId, document: str) -> Row[Any] | None:
        named = {"clinic": clinic, "row": document}
        row = await self._database.of(clinic).read(lambda conn: conn.execute(_ONE, named).first())
        return row if row is not None and row.state == DocumentState.STORED and row.blob else None

    def _identity(self, row: Row[Any]) -> str:
        return self._vault.open_text(_key(row), "documents", row.id, "blob_key", row.blob_key)

    def _stored(self, blob: StoredBlob, now: datetime) -> dict[str, Any]:
        verdict = SET_ASIDE.get(blob.inspection.finding)
        judged = {"verdict": verdict.value, "judged_by": CHECKER, "judged_at": now} if verdict else {}
        return judged | {
            "state": DocumentState.STORED,
            "reason": "",
            "lease_until": None,
            "blob": blob.path,
            "size": blob.size,
            "sha256": blob.sha256,
            "mime": blob.mime,
            "stored_at": now,
        }

    def _sealed(self, conn: Connection, fetch: PendingFetch, blob: StoredBlob) -> dict[str, Any]:
        row = conn.execute(_ONE, {"clinic": fetch.clinic, "row": fetch.id}).first()
        if row is None:
            return {}
        seal = partial(self._vault.seal, _key(row), "documents", fetch.id)
        found = json.dumps(written(blob.inspection))
        return {"blob_key": seal("blob_key", blob.identity), "inspection": seal("inspection", found)}

    def _pending(self, row: Row[Any]) -> PendingFetch:
        key = _key(row)
        address = self._vault.open_text(key, "contact_points", row.contact_id, "address", row.address)
        return PendingFetch(
            id=row.id,
            clinic=ClinicId(row.clinic_id),
            patient=PatientId(row.patient_id),
            contact=row.contact_id,
            point=ContactPoint(ChannelKind(row.channel), row.account, address),
            ref=self._vault.open_text(key, "documents", row.id, "ref", row.ref),
            name=self._vault.open_text(key, "documents", row.id, "name", row.name),
            mime=row.mime_sent,
            size=row.size_sent,
            attempts=row.attempts,
            fence=row.fence,
            noted_at=row.at,
            code=row.reason,
            names=tuple(
                name
                for name in [self._vault.open_text(key, "patients", key.patient, "name", row.patient_name)]
                if name
            ),
        )


def add_document(scope: Scope, change: AddDocument) -> None:
    """Note a file that waits at the service."""
    values = {
        "clinic_id": scope.clinic,
        "id": change.id,
        "patient_id": scope.patient,
        "contact_id": change.contact,
        "ref": scope.seal("documents", change.id, "ref", change.ref),
        "name": scope.seal("documents", change.id, "name", change.name),
        "caption": scope.seal("documents", change.id, "caption", change.caption),
        "source": scope.seal("documents", change.id, "source", change.source),
        "kind": change.kind,
        "purpose": change.purpose,
        "mime_sent": change.mime,
        "size_sent": change.size,
        "state": DocumentState.PENDING.value,
        "response_id": change.response,
        "link_id": change.slot.link_id if change.slot else "",
        "instance": instance_text(change.slot) if change.slot else "",
        "by": change.by.value,
        "at": change.at,
        "album": change.album,
    }
    scope.conn.execute(_ADD, values)


def _claim(conn: Connection, *, values: dict[str, Any], most: int) -> list[Row[Any]]:
    taken = conn.execute(_CLAIM, values | {"limit": most}).all()
    found = [conn.execute(_ONE, {"clinic": row.clinic_id, "row": row.id}).first() for row in taken]
    return sorted((row for row in found if row is not None), key=lambda row: row.at)


def _key(row: Row[Any]) -> PatientKey:
    return PatientKey(ClinicKey(row.clinic_id, row.clinic_key), row.patient_id, row.patient_key)


def _place(fetch: PendingFetch) -> dict[str, Any]:
    return {"clinic": fetch.clinic, "row": fetch.id, "held_fence": fetch.fence}


def _told(fetch: PendingFetch, *, stored: bool, reason: str, now: datetime) -> Incoming:
    raw = fetched_item(fetch.id, stored=stored, reason=reason, at=now)
    point = fetch.point
    return Incoming(
        fetch.clinic, point.channel, point.account, f"fetched:{fetch.id}", point.address, raw, now
    )


def _forget(conn: Connection, clinic: str, document: str) -> None:
    conn.execute(_FORGET, {"clinic": clinic, "row": document})
