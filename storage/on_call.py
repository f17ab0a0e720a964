"""Who is on call at a clinic: the chain as it was entered, everybody's ways, and chats of staff."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, assert_never

from sqlalchemy import Connection, Row, bindparam, select, update

from handlers.core.changes import JoinTeam, MoveTeam, TakeAlert, TellDay
from handlers.core.on_call import Chain, Means, Person, Roster, Rung, Way
from handlers.core.values import ClinicId
from handlers.ports import NoticeKind
from storage.alert_notices import address_index, notice_row, queue_notices, tell_taken
from storage.alerts import take
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.row_ids import fresh_id
from storage.sql import changed, insert_new, is_row, upsert
from storage.staff import Standing, hash_of
from storage.staff_chats import move
from storage.states import Wake
from storage.tables import alerts, on_call, one_time_links, staff, staff_chats

STAFF_CHAT: Final = "staff-chat"
"""The purpose of a one-time code that links a chat; its subject is a member of staff, or `THE_CLINIC`."""

THE_CLINIC: Final = "on-call"
_ROW: Final = "on-call"

_CHAIN = select(on_call).where(on_call.c.clinic_id == bindparam("clinic"))
_SAVE = upsert(on_call, "rungs", "email", "minutes", "orange_minutes", "saved_at", "saved_by")
_STAFF = (
    select(staff)
    .where(staff.c.clinic_id == bindparam("clinic"), staff.c.status != Standing.DISABLED)
    .order_by(staff.c.created_at, staff.c.id)
)
_CHATS = (
    select(staff_chats)
    .where(staff_chats.c.clinic_id == bindparam("clinic"), staff_chats.c.ended_at.is_(None))
    .order_by(staff_chats.c.linked_at, staff_chats.c.id)
)
_AT_CHAT = (
    select(staff_chats.c.staff_id, staff.c.status)
    .outerjoin(staff, (staff.c.clinic_id == staff_chats.c.clinic_id) & (staff.c.id == staff_chats.c.staff_id))
    .where(
        staff_chats.c.clinic_id == bindparam("clinic"),
        staff_chats.c.chat_index == bindparam("at_chat"),
        staff_chats.c.ended_at.is_(None),
    )
)
_SPEND = (
    update(one_time_links)
    .where(
        one_time_links.c.clinic_id == bindparam("clinic"),
        one_time_links.c.token_hash == bindparam("hash"),
        one_time_links.c.purpose == STAFF_CHAT,
        one_time_links.c.spent_at.is_(None),
        one_time_links.c.expires_at > bindparam("now", type_=one_time_links.c.expires_at.type),
    )
    .values(spent_at=bindparam("now", type_=one_time_links.c.expires_at.type))
    .returning(one_time_links.c.subject)
)
_LINK = insert_new(staff_chats)
_UNLINK = update(staff_chats).where(*is_row(staff_chats), staff_chats.c.ended_at.is_(None))
_UNLINK_CHAT = update(staff_chats).where(
    staff_chats.c.clinic_id == bindparam("clinic"),
    staff_chats.c.chat_index == bindparam("at_chat"),
    staff_chats.c.ended_at.is_(None),
)
_KNOWN = select(alerts.c.id).where(alerts.c.clinic_id == bindparam("clinic"), alerts.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class Chat:
    """A linked chat of Telegram: of a member of staff, or ("") of the clinic's on-call address."""

    id: str
    staff: str
    is_group: bool
    linked_at: datetime


class OnCallRoom:
    """Implements handlers.ports.OnCall, and what administrators do with it."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which addresses are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def chain(self, clinic: ClinicId) -> Chain:
        """Return the clinic's chain as it was entered, or the usual one."""
        return (await self.duty(clinic, ()))[0]

    async def save(self, clinic: ClinicId, chain: Chain, *, by: str, now: datetime) -> None:
        """Keep a clinic's chain."""
        owner = await self._clinics.key(clinic)
        values = {
            "clinic_id": clinic,
            "rungs": json.dumps([[rung.staff, rung.minutes] for rung in chain.rungs]),
            "email": self._vault.seal_text(owner, "on_call", _ROW, "email", chain.email),
            "minutes": chain.minutes,
            "orange_minutes": chain.orange_minutes,
            "saved_at": now,
            "saved_by": by,
        }
        await self._database.write(lambda conn: conn.execute(_SAVE, values))

    async def duty(self, clinic: ClinicId, means: Collection[Means]) -> tuple[Chain, Roster]:
        """Return the clinic's chain, or the usual one, and everybody who can be told on these means."""
        owner = await self._clinics.key(clinic)
        return await self._database.read(lambda conn: self._duty(conn, owner, means))

    def _duty(self, conn: Connection, owner: ClinicKey, means: Collection[Means]) -> tuple[Chain, Roster]:
        named = {"clinic": owner.clinic}
        chain = self._chain(owner, conn.execute(_CHAIN, named).first())
        found = self._ways_at(owner, conn.execute(_CHATS, named).all())
        mail = (Way(Means.EMAIL, chain.email),) if chain.email else ()
        people = tuple(self._person(owner, row, found, means) for row in conn.execute(_STAFF, named).all())
        address = tuple(way for way in (*found.get("", ()), *mail) if way.means in means)
        return chain, Roster(people, address)

    def _chain(self, owner: ClinicKey, row: Row[Any] | None) -> Chain:
        if row is None:
            return Chain()
        rungs = tuple(Rung(person, minutes) for person, minutes in json.loads(row.rungs))
        email = self._vault.open_text(owner, "on_call", _ROW, "email", row.email)
        return Chain(rungs, email, row.minutes, row.orange_minutes)

    async def chats(self, clinic: ClinicId) -> Sequence[Chat]:
        """Return the linked chats, oldest first."""
        owner = await self._clinics.key(clinic)
        rows = await self._database.read(lambda conn: conn.execute(_CHATS, {"clinic": clinic}).all())
        return [
            Chat(row.id, row.staff_id or "", self._address(owner, row).startswith("-"), row.linked_at)
            for row in rows
        ]

    async def tell_the_day(self, clinic: ClinicId, day: date, *, now: datetime) -> None:
        """Tell every linked chat what the day brings: each once a day."""
        owner = await self._clinics.key(clinic)
        await self._database.write(lambda conn: self._tell(conn, owner, day, now), wakes=(Wake.ALERTS,))

    def _tell(self, conn: Connection, owner: ClinicKey, day: date, now: datetime) -> None:
        named = {"clinic": owner.clinic}
        here = {row.id for row in conn.execute(_STAFF, named)} | {None}
        chats = [row for row in conn.execute(_CHATS, named).all() if row.staff_id in here]
        made = [
            notice_row(
                self._vault,
                owner,
                Way(Means.TELEGRAM, self._address(owner, row), row.staff_id or ""),
                NoticeKind.DAY,
                at=now,
                row_id=f"day:{day}:{row.id}",
            )
            for row in chats
        ]
        if made:
            queue_notices(conn, made)

    async def unlink(self, clinic: ClinicId, chat: str, *, now: datetime) -> bool:
        """Tell nothing more at a chat; False if there is no such one."""
        values = {"clinic": clinic, "row": chat, "ended_at": now}
        return await self._database.write(lambda conn: changed(conn, _UNLINK, values))

    def _person(
        self, owner: ClinicKey, row: Row[Any], chats: Mapping[str, Sequence[Way]], means: Collection[Means]
    ) -> Person:
        email = Way(Means.EMAIL, self._vault.open_text(owner, "staff", row.id, "email", row.email), row.id)
        ways = (*chats.get(row.id, ()), email)
        return Person(row.id, row.role, tuple(way for way in ways if way.means in means))

    def _ways_at(self, owner: ClinicKey, rows: Sequence[Row[Any]]) -> Mapping[str, list[Way]]:
        found: dict[str, list[Way]] = {}
        for row in rows:
            way = Way(Means.TELEGRAM, self._address(owner, row), row.staff_id or "")
            found.setdefault(row.staff_id or "", []).append(way)
        return found

    def _address(self, owner: ClinicKey, row: Row[Any]) -> str:
        return self._vault.open_text(owner, "staff_chats", row.id, "chat", row.chat)


def apply_of_team(
    conn: Connection, vault: Vault, owner: ClinicKey, change: JoinTeam | MoveTeam | TakeAlert | TellDay
) -> None:
    """Write what came from a chat of the clinic's staff."""
    match change:
        case JoinTeam():
            join_team(conn, vault, owner, change)
        case MoveTeam():
            move(conn, vault, owner, change.before, change.after, change.at)
        case TakeAlert():
            take_alert(conn, vault, owner, change)
        case TellDay():
            tell_day(conn, vault, owner, change)
        case unreachable:
            assert_never(unreachable)


def join_team(conn: Connection, vault: Vault, owner: ClinicKey, change: JoinTeam) -> None:
    """Link the chat that a one-time code came from, and say so there; or say that the code is over."""
    spent = {"clinic": owner.clinic, "hash": hash_of(change.code), "now": change.at_system}
    subject: str | None = conn.scalar(_SPEND, spent)
    way = Way(Means.TELEGRAM, change.chat, "" if subject in {None, THE_CLINIC} else str(subject))
    if subject is not None:
        _link(conn, vault, owner, way, change.at)
    kind = NoticeKind.LINKED if subject is not None else NoticeKind.NO_CODE
    queue_notices(conn, [notice_row(vault, owner, way, kind, at=change.at)])


def _link(conn: Connection, vault: Vault, owner: ClinicKey, way: Way, at: datetime) -> None:
    index, row_id = address_index(vault, owner, way.means, way.address), fresh_id()
    changed(conn, _UNLINK_CHAT, {"clinic": owner.clinic, "at_chat": index, "ended_at": at})
    values = {
        "clinic_id": owner.clinic,
        "id": row_id,
        "staff_id": way.staff or None,
        "chat_index": index,
        "chat": vault.seal(owner, "staff_chats", row_id, "chat", way.address),
        "linked_at": at,
    }
    conn.execute(_LINK, values)


def take_alert(conn: Connection, vault: Vault, owner: ClinicKey, change: TakeAlert) -> None:
    """Let somebody at a linked chat take an alert, and tell every chat that knew of it who did."""
    here = _member_at(conn, vault, owner, change.chat)
    known = conn.scalar(_KNOWN, {"clinic": owner.clinic, "row": change.alert})
    if here is None or known is None:
        return
    by = here or _member_at(conn, vault, owner, change.person) or ""
    name = "" if by else change.name
    take(conn, vault, owner, change.alert, by=by, on="telegram", at=change.at, name=name)
    own = Way(Means.TELEGRAM, change.chat, here)
    # A second tap is answered too: its moment makes the answer another one.
    told = notice_row(
        vault,
        owner,
        own,
        NoticeKind.TAKEN,
        at=change.at,
        alert=change.alert,
        step=int(change.at.timestamp()),
        ack=change.ack,
    )
    queue_notices(conn, [told])
    tell_taken(conn, vault, owner, change.alert, at=change.at, but=change.chat)


def tell_day(conn: Connection, vault: Vault, owner: ClinicKey, change: TellDay) -> None:
    """Tell a linked chat that asked what the day brings; nobody else."""
    here = _member_at(conn, vault, owner, change.chat)
    if here is not None:
        way = Way(Means.TELEGRAM, change.chat, here)
        queue_notices(conn, [notice_row(vault, owner, way, NoticeKind.DAY, at=change.at)])


def _member_at(conn: Connection, vault: Vault, owner: ClinicKey, chat: str) -> str | None:
    """Return whose a linked chat is ("" for the clinic's), None for one that is not linked (any more)."""
    index = address_index(vault, owner, Means.TELEGRAM, chat)
    row = conn.execute(_AT_CHAT, {"clinic": owner.clinic, "at_chat": index}).first()
    if row is None or row.status == Standing.DISABLED:
        return None
    return row.staff_id or ""
