"""The packs that a clinic loaded, and which of them is in force. Number 0 is the pack of the settings."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from handlers.core.problems import Problem, Severity
from handlers.errors import NotFound
from storage.engine import Database
from storage.pack_archive import Files, digest_of, packed, unpacked
from storage.sql import changed, insert_new
from storage.tables import pack_uses as uses, pack_versions as versions

OF_SETTINGS: Final = 0

_SHORT = [column for column in versions.c if column.name != "content"]
_LISTED = (
    select(*_SHORT).where(versions.c.clinic_id == bindparam("clinic")).order_by(versions.c.number.desc())
)
_IS_ONE = (versions.c.clinic_id == bindparam("clinic"), versions.c.number == bindparam("which"))
_CONTENT = select(versions.c.content).where(*_IS_ONE)
_NEWEST = (
    select(uses.c.seq, uses.c.number)
    .where(uses.c.clinic_id == bindparam("clinic"))
    .order_by(uses.c.seq.desc())
    .limit(1)
)
_USES = select(uses).where(uses.c.clinic_id == bindparam("clinic")).order_by(uses.c.seq.desc())
_WAS_USED = select(uses.c.seq).where(
    uses.c.clinic_id == bindparam("clinic"), uses.c.number == bindparam("which")
)
_LAST = select(func.coalesce(func.max(versions.c.number), 0)).where(
    versions.c.clinic_id == bindparam("clinic")
)
_CHANGE = update(versions).where(*_IS_ONE)


@dataclass(frozen=True, slots=True)
class PackVersion:
    """A pack that was loaded. `findings` are what `check` said of it then, `base` what it was made from."""

    number: int
    version: str
    sha256: str
    findings: tuple[Problem, ...]
    base: int
    made_by: str
    made_at: datetime
    changed_at: datetime

    @property
    def errors(self) -> int:
        """Return how many findings keep it from being used."""
        return sum(one.severity is Severity.ERROR for one in self.findings)


@dataclass(frozen=True, slots=True)
class Use:
    """A pack was put in force; the one with the highest `seq` is."""

    seq: int
    number: int
    by: str
    at: datetime


NEVER: Final = (0, OF_SETTINGS)
"""(seq, number) while nobody has put another pack in force."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is stored of a pack: its files, its own version, and what `check` found."""

    files: Files
    version: str
    findings: Sequence[Problem]

    def values(self) -> dict[str, Any]:
        """Return the columns."""
        found = [[one.file, one.link_id, one.reason, one.severity.value] for one in self.findings]
        return {
            "version": self.version,
            "content_sha256": digest_of(self.files),
            "content": packed(self.files),
            "findings": json.dumps(found, ensure_ascii=False),
        }


@dataclass(frozen=True, slots=True)
class Packs:
    """Reads and writes a clinic's packs."""

    database: Database

    async def all(self, clinic: str) -> Sequence[PackVersion]:
        """Return every pack that was loaded, the newest first."""
        rows = await self.database.read(lambda conn: conn.execute(_LISTED, {"clinic": clinic}).all())
        return [_version(row) for row in rows]

    async def files(self, clinic: str, number: int) -> Files:
        """Return the files of a pack; raise NotFound."""
        values = {"clinic": clinic, "which": number}
        content = await self.database.read(lambda conn: conn.scalar(_CONTENT, values))
        if content is None:
            raise NotFound("no such pack")
        return unpacked(content)

    async def in_force(self, clinic: str) -> tuple[int, int]:
        """Return (seq, number) of what is in force."""
        row = await self.database.read(lambda conn: conn.execute(_NEWEST, {"clinic": clinic}).first())
        return NEVER if row is None else (row.seq, row.number)

    async def uses(self, clinic: str) -> Sequence[Use]:
        """Return what was put in force, the newest first."""
        rows = await self.database.read(lambda conn: conn.execute(_USES, {"clinic": clinic}).all())
        return [Use(row.seq, row.number, row.used_by, row.used_at) for row in rows]

    async def keep(self, clinic: str, draft: Draft, base: int, *, by: str, now: datetime) -> int:
        """Keep a pack in place of `base`, or beside it if that was ever in force; return its number."""
        values = draft.values()
        return await self.database.write(lambda conn: _keep(conn, clinic, values, base, by, now))

    async def use(self, clinic: str, number: int, *, seq: int, by: str, now: datetime) -> bool:
        """Put a pack in force after use `seq`; say whether nobody else was faster. Raise NotFound."""
        return await self.database.write(lambda conn: _use(conn, clinic, number, seq, by, now))


def begin_with(conn: Connection, clinic: str, draft: Draft | None, by: str, now: datetime) -> None:
    """Let a new clinic begin with a pack of its own: it is kept and in force from the first moment."""
    if draft is None:
        return
    number = _keep(conn, clinic, draft.values(), OF_SETTINGS, by, now)
    _use(conn, clinic, number, 0, by, now)


def _keep(conn: Connection, clinic: str, values: dict[str, Any], base: int, by: str, now: datetime) -> int:
    which = {"clinic": clinic, "which": base}
    is_draft = base != OF_SETTINGS and conn.execute(_WAS_USED, which).first() is None
    if is_draft and changed(conn, _CHANGE, {**which, **values, "changed_at": now}):
        return base
    number = 1 + (conn.scalar(_LAST, {"clinic": clinic}) or 0)
    made = {"clinic_id": clinic, "number": number, "base": base, "made_by": by, "made_at": now}
    conn.execute(insert(versions), {**made, **values, "changed_at": now})
    return number


def _use(conn: Connection, clinic: str, number: int, seq: int, by: str, now: datetime) -> bool:
    is_known = conn.scalar(_CONTENT, {"clinic": clinic, "which": number}) is not None
    if number != OF_SETTINGS and not is_known:
        raise NotFound("no such pack")
    newest = conn.execute(_NEWEST, {"clinic": clinic}).first()
    if (newest.seq if newest else 0) != seq:
        return False
    values = {"clinic_id": clinic, "seq": seq + 1, "number": number, "used_by": by, "used_at": now}
    return conn.execute(insert_new(uses), values).rowcount > 0


def _version(row: Row[Any]) -> PackVersion:
    found = (Problem(file, item, why, Severity(how)) for file, item, why, how in json.loads(row.findings))
    return PackVersion(
        row.number,
        row.version,
        row.content_sha256,
        tuple(found),
        row.base,
        row.made_by,
        row.made_at,
        row.changed_at,
    )
