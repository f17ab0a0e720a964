"""Whether a clinic's record of acts is whole: each line's MAC, each link, its end, and heads kept apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from storage.audit.chain import START, Head, head_of, mac_of, seal_of
from storage.keys import ClinicKey, Vault
from storage.sql import Fields
from storage.tables import audit, audit_heads

PAGE: Final = 1000
START_OF_ALL: Final = -1
"""Before every line, also before one that somebody put there."""

_HEAD = select(audit_heads).where(audit_heads.c.clinic_id == bindparam("clinic"))
_LINES = (
    select(audit)
    .where(audit.c.clinic_id == bindparam("clinic"), audit.c.seq > bindparam("after"))
    .order_by(audit.c.seq)
    .limit(PAGE)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A head that was written down elsewhere: up to `seq` the record said what `mac` stands for."""

    clinic: str
    seq: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a line: `changed`, `gap`, `cut`, `head`, or `missing` from a head kept apart."""

    kind: str
    seq: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an examination found, over how many lines, up to which head."""

    clinic: str
    lines: int
    head: Kept | None
    findings: tuple[Finding, ...]


def verify(conn: Connection, vault: Vault, key: ClinicKey, kept: Iterable[Kept] = ()) -> Verdict:
    """Examine a clinic's whole record, against its head and against heads that were kept apart."""
    row = conn.execute(_HEAD, {"clinic": key.clinic}).first()
    head = head_of(row) if row is not None else Head(key.clinic)
    wanted = {one.seq: one.mac for one in kept if one.clinic == key.clinic and one.seq > head.base_seq}
    findings = list(_of_head(vault, key, row, head))
    lines, before, last = 0, head.base_mac, head.base_seq
    for line in lines_after(conn, key.clinic, START_OF_ALL):
        lines += 1
        findings += faults_of(vault, key, line, before)
        before, last = bytes(line.mac or START), line.seq
        if wanted.get(last) == before:
            del wanted[last]
    if before != head.mac or last != head.seq:
        findings.append(Finding("cut", head.seq))
    findings += [Finding("missing", seq) for seq in sorted(wanted)]
    return Verdict(key.clinic, lines, _kept(head) if row is not None else None, tuple(findings))


def _kept(head: Head) -> Kept:
    return Kept(head.clinic, head.seq, head.mac)


def heads(conn: Connection) -> list[Kept]:
    """Return where each clinic's record stands, to be kept apart from this database."""
    return [_kept(head_of(row)) for row in conn.execute(select(audit_heads).order_by("clinic_id"))]


def lines_after(conn: Connection, clinic: str, after: int) -> Iterator[Fields]:
    """Yield a clinic's lines behind one, in their order."""
    while page := conn.execute(_LINES, {"clinic": clinic, "after": after}).all():
        yield from page
        after = page[-1].seq


def _of_head(vault: Vault, key: ClinicKey, row: Fields | None, head: Head) -> Iterator[Finding]:
    if row is None:
        return
    if row.seal != seal_of(vault, key, head):
        yield Finding("head", head.seq)
    if row.broken_at:
        yield Finding("head", row.broken_at)


def faults_of(vault: Vault, key: ClinicKey, line: Fields, before: bytes) -> Iterator[Finding]:
    """Yield what is wrong with one line behind the MAC of the line before it."""
    told = {name: getattr(line, name) for name in ("clinic_id", "seq", "actor", "action", "subject", "at")}
    prev = bytes(line.prev or START)
    if line.mac != mac_of(vault, key, **told, prev=prev):
        yield Finding("changed", line.seq)
    if prev != before:
        yield Finding("gap", line.seq)
