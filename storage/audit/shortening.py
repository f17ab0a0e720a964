"""Letting go the oldest lines of a record of acts, when their time is over."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete

from storage.audit.chain import Head, break_at, head_of, lock, move, seal_of
from storage.audit.verify import faults_of, lines_after
from storage.keys import ClinicKey, Vault
from storage.tables import audit

_DROP: Final = delete(audit).where(audit.c.clinic_id == bindparam("clinic"), audit.c.seq <= bindparam("line"))


def shorten(conn: Connection, vault: Vault, key: ClinicKey, before: datetime) -> int:
    """Drop the lines that are older; return how many. The head remembers where the record begins now.

    A line's time counts only if its MAC and its link hold: else whoever can write in the database, but has
    no key, would make a line old and have what they did swept away. Where one does not hold nothing is
    dropped, and the place stays written.
    """
    row = lock(conn, key)
    if row is None or row.broken_at:
        return 0
    head = head_of(row)
    if row.seal != seal_of(vault, key, head):
        break_at(conn, key, head.seq)
        return 0
    seq, mac = head.base_seq, head.base_mac
    for line in lines_after(conn, key.clinic, head.base_seq):
        if any(faults_of(vault, key, line, mac)):
            break_at(conn, key, line.seq)
            return 0
        if line.at >= before or line.seq >= head.seq:
            break
        seq, mac = line.seq, bytes(line.mac)
    if seq == head.base_seq:
        return 0
    dropped = conn.execute(_DROP, {"clinic": key.clinic, "line": seq}).rowcount
    move(conn, vault, key, Head(key.clinic, head.seq, head.mac, seq, mac))
    return dropped
