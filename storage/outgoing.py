"""Claimed messages, opened: the address and the words under their patient's key."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from handlers.core.codec import decode_body
from handlers.core.messages import Body, Lane
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, PatientId
from handlers.ports import OutboxRow
from storage.keys import ClinicKey, PatientKey, Vault
from storage.tables import clinics, contact_points, outbox, patients

_o = outbox
_TO_OPEN = (
    select(
        outbox,
        contact_points.c.address,
        contact_points.c.window_closes_at,
        patients.c.wrapped_key.label("patient_key"),
        clinics.c.wrapped_key.label("clinic_key"),
    )
    .join(
        contact_points,
        and_(contact_points.c.clinic_id == _o.c.clinic_id, contact_points.c.id == _o.c.contact_id),
    )
    .join(patients, and_(patients.c.clinic_id == _o.c.clinic_id, patients.c.id == _o.c.patient_id))
    .join(clinics, clinics.c.id == _o.c.clinic_id)
    .where(_o.c.clinic_id == bindparam("clinic"), patients.c.wrapped_key.is_not(None))
)


def to_open(conn: Connection, clinic: str, rows: Sequence[str]) -> Sequence[Row[Any]]:
    """Read claimed rows with what opens them; whose patient's key is destroyed is not among them."""
    named = {f"row_{place}": row for place, row in enumerate(rows)}
    return conn.execute(_some_to_open(len(rows)), {"clinic": clinic, **named}).all()


@cache
def _some_to_open(count: int) -> Select[Any]:
    """Return the statement for so many rows: one that is kept is compiled once (prepared.py)."""
    return _TO_OPEN.where(_o.c.id.in_([bindparam(f"row_{place}") for place in range(count)]))


def opened(vault: Vault, row: Row[Any], now: datetime) -> OutboxRow:
    """Open a row; one that can't be read must not stop those that were claimed with it."""
    try:
        return _open(vault, row, now)
    except Exception as error:  # noqa: BLE001  whatever it is, the sender counts it and shows it to a person
        point = ContactPoint(ChannelKind(row.channel), row.account, f"unreadable:{row.id}")
        return _shaped(row, point, Body(""), now, broken=type(error).__name__)


def _open(vault: Vault, row: Row[Any], now: datetime) -> OutboxRow:
    key = PatientKey(ClinicKey(row.clinic_id, row.clinic_key), row.patient_id, row.patient_key)
    body = vault.open_text(key, "outbox", row.id, "body", row.body)
    address = vault.open_text(key, "contact_points", row.contact_id, "address", row.address)
    point = ContactPoint(ChannelKind(row.channel), row.account, address)
    return _shaped(row, point, decode_body(body) if body else Body(""), now)


def _shaped(row: Row[Any], point: ContactPoint, body: Body, now: datetime, broken: str = "") -> OutboxRow:
    return OutboxRow(
        id=row.id,
        clinic=ClinicId(row.clinic_id),
        patient=PatientId(row.patient_id),
        contact=row.contact_id,
        point=point,
        body=body,
        attempts=row.attempts,
        uncertain=row.uncertain,
        fence=row.fence,
        expires_at=row.expires_at,
        resend_if_uncertain=row.resend,
        window_open=_window_open(row, now),
        follow_up=row.follow_up_id,
        opening=row.opening,
        lane=Lane(row.lane),
        cancelled=row.cancelled,
        quiet_zone=row.quiet_zone,
        code=row.code,
        ambiguous_at=row.ambiguous_at,
        taken=row.taken,
        broken=broken,
    )


def _window_open(row: Row[Any], now: datetime) -> bool:
    if row.channel != ChannelKind.WHATSAPP:
        return True
    return row.window_closes_at is not None and now < row.window_closes_at
