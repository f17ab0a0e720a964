"""How a clinic's record of acts is chained: each line's MAC covers the line and the MAC before it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from handlers.core.changes import Audit
from storage.keys import ClinicKey, Vault
from storage.sql import Fields, insert_new
from storage.tables import audit, audit_heads

START: Final = b""
"""What stands before the first line of a chain."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a clinic's chain stands: its last line, and the one that stood before its first."""

    clinic: str
    seq: int = 0
    mac: bytes = START
    base_seq: int = 0
    base_mac: bytes = START


_HEAD = select(audit_heads).where(audit_heads.c.clinic_id == bindparam("clinic")).with_for_update()
_BEGIN = insert_new(audit_heads)
_MOVE = update(audit_heads).where(audit_heads.c.clinic_id == bindparam("clinic"))
_LINE = insert(audit)
_UNCHAINED = (
    select(audit).where(audit.c.clinic_id == bindparam("clinic"), audit.c.mac.is_(None)).order_by(audit.c.seq)
)
_CHAIN = update(audit).where(audit.c.clinic_id == bindparam("clinic"), audit.c.seq == bindparam("line"))


def add_audit(conn: Connection, vault: Vault, key: ClinicKey, change: Audit) -> None:
    """Add one line to a clinic's record of acts: the last thing a transaction does.

    Other transactions that add to the same clinic's record wait until this one has ended, so that
    whoever took further locks after it could wait for them while they wait here.
    """
    head = _locked(conn, vault, key)
    values: dict[str, Any] = {
        "clinic_id": key.clinic,
        "seq": head.seq + 1,
        "actor": change.actor,
        "action": change.action,
        "subject": change.subject,
        "at": change.at,
        "prev": head.mac,
    }
    mac = mac_of(vault, key, **values)
    conn.execute(_LINE, values | {"mac": mac})
    move(conn, vault, key, Head(key.clinic, head.seq + 1, mac, head.base_seq, head.base_mac))


def mac_of(  # noqa: PLR0913 - one parameter a column
    vault: Vault,
    key: ClinicKey,
    *,
    clinic_id: str,
    seq: int,
    actor: str,
    action: str,
    subject: str,
    at: datetime,
    prev: bytes,
) -> bytes:
    """Return the MAC (32 bytes) of a line with these columns."""
    told = [clinic_id, seq, actor, action, subject, at.isoformat(timespec="microseconds"), prev.hex()]
    return vault.chain_mac(key, f"line {json.dumps(told)}".encode())


def seal_of(vault: Vault, key: ClinicKey, head: Head) -> bytes:
    """Return the MAC of a head: nobody without the key makes a shorter chain look whole."""
    told = [head.clinic, head.seq, head.mac.hex(), head.base_seq, head.base_mac.hex()]
    return vault.chain_mac(key, f"head {json.dumps(told)}".encode())


def head_of(row: Fields) -> Head:
    """Return the head in a row of `audit_heads`."""
    return Head(row.clinic_id, row.seq, bytes(row.mac), row.base_seq, bytes(row.base_mac))


def lock(conn: Connection, key: ClinicKey) -> Fields | None:
    """Return a clinic's row of `audit_heads`, kept from every other writer until the commit."""
    return conn.execute(_HEAD, {"clinic": key.clinic}).first()


def move(conn: Connection, vault: Vault, key: ClinicKey, head: Head) -> None:
    """Let the chain stand at `head`."""
    conn.execute(_MOVE, {"clinic": key.clinic, **columns(vault, key, head)})


def break_at(conn: Connection, key: ClinicKey, seq: int) -> None:
    """Write down at which line the chain was seen not to hold: nothing takes that back."""
    conn.execute(_MOVE, {"clinic": key.clinic, "broken_at": seq})


def columns(vault: Vault, key: ClinicKey, head: Head) -> dict[str, Any]:
    """Return a head's columns, sealed."""
    return {
        "seq": head.seq,
        "mac": head.mac,
        "base_seq": head.base_seq,
        "base_mac": head.base_mac,
        "seal": seal_of(vault, key, head),
    }


def _locked(conn: Connection, vault: Vault, key: ClinicKey) -> Head:
    row = lock(conn, key)
    if row is None:
        row = _begun(conn, vault, key)
    head = head_of(row)
    if row.broken_at or row.seal == seal_of(vault, key, head):
        return head
    # Going on would cover up that somebody changed the head: the line at which it was seen stays written.
    break_at(conn, key, head.seq + 1)
    return head


def _begun(conn: Connection, vault: Vault, key: ClinicKey) -> Fields:
    """Begin a clinic's chain with the lines that an earlier version left unchained; return its row."""
    conn.execute(_BEGIN, {"clinic_id": key.clinic, **columns(vault, key, Head(key.clinic)), "broken_at": 0})
    row = lock(conn, key)
    assert row is not None  # noqa: S101 - for the type checker: it was put there a line ago
    if row.seq:
        return row
    head = Head(key.clinic)
    for line in conn.execute(_UNCHAINED, {"clinic": key.clinic}).all():
        head = _chained(conn, vault, key, head, line)
    move(conn, vault, key, head)
    found = lock(conn, key)
    assert found is not None  # noqa: S101 - as above
    return found


def _chained(conn: Connection, vault: Vault, key: ClinicKey, head: Head, line: Fields) -> Head:
    told = {name: getattr(line, name) for name in ("clinic_id", "seq", "actor", "action", "subject", "at")}
    mac = mac_of(vault, key, **told, prev=head.mac)
    conn.execute(_CHAIN, {"clinic": key.clinic, "line": line.seq, "prev": head.mac, "mac": mac})
    return Head(key.clinic, line.seq, mac)
