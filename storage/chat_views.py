"""What the web chat's page shows: one contact's messages in both directions, the newest few hundred."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select

from handlers.chat_view import ChatLine, Conversation, LineKind
from handlers.core.case import Reach
from handlers.core.codec import decode_body
from handlers.core.values import ClinicId, ContactPoint
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import PatientKey, Vault
from storage.states import SendState
from storage.tables import contact_points, inbox, outbox, patients
from storage.types import is_one_of

_KINDS: Final = {"Said": LineKind.TEXT, "Chose": LineKind.CHOICE, "SentDocument": LineKind.FILE}
_ON_THE_PAGE: Final = (SendState.SENT, SendState.DELIVERED, SendState.READ, SendState.UNKNOWN)
_SHOWN: Final = frozenset({SendState.DELIVERED, SendState.READ})


class ChatViews:
    """Implements handlers.chat_view.ChatReader."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the database and the keys."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def read(
        self, clinic: ClinicId, point: ContactPoint, *, known: Collection[str] = (), limit: int = 200
    ) -> Conversation:
        """Return the newest `limit` lines without those in `known`, which are not even opened."""
        owner = await self._clinics.key(clinic)
        index = self._vault.index(owner, "address", point.channel, point.account, point.address)

        def look(conn: Connection) -> tuple[Row[Any] | None, list[Row[Any]]]:
            contact = conn.execute(_contact(clinic, point, index)).first()
            # Whose access is over sees that it is over, and nothing of what was said before.
            most = 1 if contact and contact.reach == Reach.ENDED.value else limit
            return contact, _newest(conn, contact, most) if contact and contact.wrapped_key else []

        contact, rows = await self._database.read(look)
        if contact is None or not contact.wrapped_key:
            return Conversation()
        key = PatientKey(owner, contact.patient_id, contact.wrapped_key)
        lines = tuple(self._line(key, row) for row in rows if row.id not in known)
        return Conversation(contact.language or "", lines, is_over=contact.reach == Reach.ENDED.value)

    async def is_over(self, clinic: ClinicId, point: ContactPoint) -> bool:
        """Say whether a helper wrote there whose access has ended."""
        owner = await self._clinics.key(clinic)
        index = self._vault.index(owner, "address", point.channel, point.account, point.address)
        found = await self._database.read(lambda conn: conn.execute(_contact(clinic, point, index)).first())
        return found is not None and found.reach == Reach.ENDED.value

    async def line_id(self, clinic: ClinicId, point: ContactPoint, dedupe_key: str) -> str:
        """Return the id of the inbox row that an incoming item becomes."""
        owner = await self._clinics.key(clinic)
        return self._vault.index(owner, "inbox", point.channel, point.account, dedupe_key).hex()

    async def has_come(self, clinic: ClinicId, point: ContactPoint, dedupe_key: str) -> bool:
        """Say whether the inbox holds an item with this key."""
        row_id = await self.line_id(clinic, point, dedupe_key)
        wanted = select(inbox.c.id).where((inbox.c.clinic_id == clinic) & (inbox.c.id == row_id))
        return await self._database.read(lambda conn: conn.execute(wanted).first() is not None)

    def _line(self, key: PatientKey, row: Row[Any]) -> ChatLine:
        if row.kind in _KINDS:
            text = self._vault.open_text(key, "inbox", row.id, "text", row.sealed)
            return ChatLine(row.id, _KINDS[row.kind], row.at, row.seq, text=text)
        body = decode_body(self._vault.open_text(key, "outbox", row.id, "body", row.sealed))
        return ChatLine(row.id, LineKind.CLINIC, row.at, row.seq, body, shown=row.kind in _SHOWN)


def _contact(clinic: ClinicId, point: ContactPoint, index: bytes) -> Select[Any]:
    return (
        select(contact_points.c.id, contact_points.c.clinic_id, contact_points.c.patient_id)
        .add_columns(
            contact_points.c.address_index,
            contact_points.c.reach,
            patients.c.wrapped_key,
            patients.c.language,
        )
        .join(
            patients,
            (patients.c.clinic_id == contact_points.c.clinic_id)
            & (patients.c.id == contact_points.c.patient_id),
        )
        .where(
            contact_points.c.clinic_id == clinic,
            contact_points.c.channel == point.channel.value,
            contact_points.c.account == point.account,
            contact_points.c.address_index == index,
        )
    )


def _newest(conn: Connection, contact: Row[Any], limit: int) -> list[Row[Any]]:
    """Return what was said here and what was sent here, oldest first."""
    rows = [*conn.execute(_said(contact, limit)), *conn.execute(_sent(contact, limit))]
    return sorted(rows, key=lambda row: row.at)[-limit:] if limit else []


def _said(contact: Row[Any], limit: int) -> Select[Any]:
    i = inbox.c
    return (
        select(i.id, i.seq, i.kind, i.received_at.label("at"), i.text.label("sealed"))
        .where(
            i.clinic_id == contact.clinic_id,
            i.patient_id == contact.patient_id,
            i.conversation == contact.address_index,
            i.kind.in_(tuple(_KINDS)),
        )
        .order_by(i.seq.desc())
        .limit(limit)
    )


def _sent(contact: Row[Any], limit: int) -> Select[Any]:
    o = outbox.c
    # A receipt may be faster than the sender's own note of the moment.
    at = func.coalesce(o.sent_at, o.delivered_at, o.not_before).label("at")
    return (
        select(o.id, o.seq, o.state.label("kind"), at, o.body.label("sealed"))
        .where(
            o.clinic_id == contact.clinic_id,
            o.patient_id == contact.patient_id,
            o.contact_id == contact.id,
            is_one_of(o.state, *_ON_THE_PAGE),
            o.body.is_not(None),
        )
        .order_by(o.seq.desc())
        .limit(limit)
    )
