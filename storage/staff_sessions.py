"""Sessions of staff: known by the hash of their token alone, whole only after the second step.

All moments are the system clock's, so that a demo's jump ends none. Every request looks here, in whatever
process: a session that is ended anywhere is over with the next click.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.sql import changed
from storage.staff import IS_ENABLED, Member, hash_of, member_of
from storage.tables import staff, staff_sessions

SEEN_EVERY: Final = timedelta(minutes=1)
"""How often at most a session's last use is written: the idle time is only that exact."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a session ends: the moment now, and how long nobody may have used it."""

    now: datetime
    idle: timedelta


@dataclass(frozen=True, slots=True)
class Found:
    """A session that has not ended, with its owner. `key` names it, and opens nothing."""

    key: str
    member: Member
    is_whole: bool
    proved_at: datetime | None
    came_by: str
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner reads of it."""

    key: str
    about: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class New:
    """A session to open: whose, how they came, in which browser; `draft` for who has no app yet."""

    staff_id: str
    came_by: str
    about: str
    is_whole: bool
    draft: str = ""


_S = staff_sessions.c
_LIVES = (
    _S.clinic_id == bindparam("clinic"),
    _S.revoked_at.is_(None),
    _S.expires_at > bindparam("now"),
    _S.seen_at > bindparam("idle_since"),
)
_COLUMNS = (_S.token_hash, _S.seen_at, _S.is_whole, _S.proved_at, _S.came_by, _S.draft)
_FIND = (
    select(staff, *_COLUMNS)
    .join(staff_sessions, (_S.clinic_id == staff.c.clinic_id) & (_S.staff_id == staff.c.id))
    .where(*_LIVES, _S.token_hash == bindparam("hash"), IS_ENABLED)
)
_OF_MEMBER = (
    select(staff_sessions)
    .where(*_LIVES, _S.staff_id == bindparam("member"), _S.is_whole)
    .order_by(_S.seen_at.desc(), _S.token_hash)
)
_ONE = (_S.clinic_id == bindparam("clinic"), _S.token_hash == bindparam("hash"))
_OPEN = insert(staff_sessions)
_CHANGE = update(staff_sessions).where(*_ONE)
_END = update(staff_sessions).where(*_ONE, _S.revoked_at.is_(None))
_END_OWN = _END.where(_S.staff_id == bindparam("member"))
_END_OTHERS = update(staff_sessions).where(
    _S.clinic_id == bindparam("clinic"),
    _S.staff_id == bindparam("member"),
    _S.token_hash != bindparam("but"),
    _S.revoked_at.is_(None),
)


class StaffSessions:
    """The sessions of all clinics' staff."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which names and browsers are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def of(self, clinic: ClinicId, token: str, limits: Limits, *, is_used: bool = True) -> Found | None:
        """Return whose session this is and, if so, note that it was used; None when it has ended."""
        key = await self._clinics.key(clinic)
        named = {"clinic": clinic, "hash": hash_of(token)}
        values = named | _times(limits)
        row = await self._database.read(lambda conn: conn.execute(_FIND, values).first())
        if row is None:
            return None
        if is_used and limits.now - row.seen_at >= SEEN_EVERY:
            await self._change(named, seen_at=limits.now)
        return self._found(key, row)

    async def open(
        self, clinic: ClinicId, token: str, new: New, *, now_system: datetime, ends_at: datetime
    ) -> None:
        """Begin a session: its owner has just shown who they are, as far as it is whole."""
        key, name = await self._clinics.key(clinic), hash_of(token)
        values = {
            "clinic_id": clinic,
            "token_hash": name,
            "staff_id": new.staff_id,
            "created_at": now_system,
            "seen_at": now_system,
            "expires_at": ends_at,
            "is_whole": new.is_whole,
            "proved_at": now_system,
            "came_by": new.came_by,
            "about": self._vault.seal_text(key, "staff_sessions", name, "about", new.about),
            "draft": self._vault.seal_text(key, "staff_sessions", name, "draft", new.draft),
        }
        await self._database.write(lambda conn: conn.execute(_OPEN, values))

    async def prove(self, clinic: ClinicId, name: str, *, now_system: datetime) -> None:
        """Keep that a session's owner has shown again who they are."""
        await self._change({"clinic": clinic, "hash": name}, proved_at=now_system)

    async def begin_app(self, clinic: ClinicId, name: str, draft: str) -> None:
        """Keep the secret that an authenticator app is about to learn; "" to forget it."""
        key = await self._clinics.key(clinic)
        sealed = self._vault.seal_text(key, "staff_sessions", name, "draft", draft)
        await self._change({"clinic": clinic, "hash": name}, draft=sealed)

    async def end(self, clinic: ClinicId, token: str, *, now_system: datetime) -> None:
        """End a session."""
        values = {"clinic": clinic, "hash": hash_of(token), "revoked_at": now_system}
        await self._database.write(lambda conn: conn.execute(_END, values))

    async def end_own(self, clinic: ClinicId, staff_id: str, name: str, *, now_system: datetime) -> bool:
        """End a session by its name, if it is this member's; say whether there was one."""
        values = {"clinic": clinic, "hash": name, "member": staff_id, "revoked_at": now_system}
        return await self._database.write(lambda conn: changed(conn, _END_OWN, values))

    async def end_all(self, clinic: ClinicId, staff_id: str, *, now_system: datetime, but: str = "") -> None:
        """End all sessions of a member, but for the one with this name."""
        values = {"clinic": clinic, "member": staff_id, "but": but, "revoked_at": now_system}
        await self._database.write(lambda conn: conn.execute(_END_OTHERS, values))

    async def listed(self, clinic: ClinicId, staff_id: str, limits: Limits) -> Sequence[Listed]:
        """Return a member's whole sessions that have not ended, the last used first."""
        key = await self._clinics.key(clinic)
        values = {"clinic": clinic, "member": staff_id} | _times(limits)
        rows = await self._database.read(lambda conn: conn.execute(_OF_MEMBER, values).all())
        return [
            Listed(row.token_hash, self._text(key, row, "about"), row.created_at, row.seen_at) for row in rows
        ]

    def _found(self, key: ClinicKey, row: Row[Any]) -> Found:
        return Found(
            key=row.token_hash,
            member=member_of(self._vault, key, row),
            is_whole=row.is_whole,
            proved_at=row.proved_at,
            came_by=row.came_by,
            draft=self._text(key, row, "draft"),
        )

    def _text(self, key: ClinicKey, row: Row[Any], column: str) -> str:
        return self._vault.open_text(key, "staff_sessions", row.token_hash, column, getattr(row, column))

    async def _change(self, named: dict[str, Any], **values: Any) -> None:
        await self._database.write(lambda conn: conn.execute(_CHANGE, named | values))


def _times(limits: Limits) -> dict[str, datetime]:
    return {"now": limits.now, "idle_since": limits.now - limits.idle}
