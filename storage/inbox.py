"""The inbox: items of the services, stored once, given out oldest first within a conversation."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, not_, or_, select, update

from handlers.core.changes import SettleInbox
from handlers.core.internal import unread_item
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import LeaseLost
from handlers.ports import InboxRow, Incoming
from storage.claims import Unheard, claim, is_leased, renewal, taken_up
from storage.clinics import Clinics
from storage.day_keys import DayKeys, readable_until
from storage.engine import Database
from storage.gathering import Gatherer, Rows
from storage.keys import ClinicKey, DayKey, PatientKey, Vault
from storage.marks import open_task_row
from storage.row_security import EachClinic
from storage.sql import changed, insert_numbered
from storage.states import InboxState, Wake
from storage.tables import inbox
from storage.types import is_word, moment_param

_LENGTH = 4
_ADD = insert_numbered(inbox)
_ADD_ALL = _ADD.returning(inbox.c.id)
_IS_NEW = is_word(inbox.c.state, InboxState.NEW)
_other = inbox.alias("other")
_IN_THE_WAY = (
    select(1)
    .where(
        _other.c.clinic_id == inbox.c.clinic_id,
        _other.c.channel == inbox.c.channel,
        _other.c.account == inbox.c.account,
        _other.c.conversation == inbox.c.conversation,
        is_word(_other.c.state, InboxState.NEW),
        or_(
            _other.c.seq < inbox.c.seq,
            and_(_other.c.seq != inbox.c.seq, _other.c.lease_until > moment_param("now_system")),
        ),
    )
    .exists()
)
_CLAIM = claim(
    inbox,
    due=(_IS_NEW,),
    ahead=(not_(_IN_THE_WAY),),
    order=(inbox.c.seq,),
    also={"attempts": inbox.c.attempts + 1, "holder": bindparam("by")},
)
_RENEW = renewal(inbox, _IS_NEW)
_SETTLE = update(inbox).where(*is_leased(inbox), _IS_NEW)


class InboxStore:
    """Implements handlers.ports.Inbox."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics, days: DayKeys) -> None:
        """Take the keys under which raw items are sealed."""
        self._database = EachClinic(database)
        self._vault = vault
        self._clinics = clinics
        self._days = days
        self._unheard = Unheard()
        self._arriving = Gatherer(self._store)

    async def add(self, items: Sequence[Incoming], *, now: datetime) -> int:
        """Store all new items of a delivery in one transaction; return how many were new."""
        rows = [incoming_row(self._vault, await self._days.at(item.clinic, now), item) for item in items]
        if not rows:
            return 0
        return await self._arriving.add(rows)

    async def _store(self, deliveries: Sequence[Rows]) -> list[int]:
        database = self._database.of_all(row["clinic_id"] for rows in deliveries for row in rows)
        return await database.write(lambda conn: add_deliveries(conn, deliveries), wakes=(Wake.INBOX,))

    async def claim(self, *, now_system: datetime, lease: timedelta, limit: int) -> list[InboxRow]:
        """Take the oldest free row of up to `limit` different conversations."""
        values: dict[str, Any] = {"now_system": now_system, "until": now_system + lease}
        values["by"] = self._unheard.mark
        with self._unheard.claiming(now_system, now_system + lease) as unheard:
            take = partial(_claim, values=values, unheard=unheard)
            rows = await self._database.in_turn(take, now_system=now_system, limit=limit)
            opened = [await self._open(row) for row in sorted(rows, key=lambda row: row.seq)]
        return [row for row in opened if row is not None]

    async def give_back(
        self,
        row: InboxRow,
        *,
        now_system: datetime,
        code: str,
        last: bool,
        free: bool = False,
        told: bool = False,
    ) -> bool:
        """Free a row from `now_system` on; `last` puts it into quarantine with a task for staff.

        With `told` an item comes that lets the patient hear of it, behind what they sent since. `free` does
        not count this try. False if the lease was lost (nothing changed then).
        """
        key = await self._clinics.key(row.clinic)
        state = InboxState.QUARANTINED if last else InboxState.NEW
        values = {"state": state, "lease_until": None if last else now_system, "code": code}
        values |= _place(row.clinic, row.id, row.fence) | {"attempts": row.attempts - free}

        word = await self._word(row) if last and told else None

        def write(conn: Connection) -> bool:
            is_ours = changed(conn, _SETTLE, values)
            if is_ours and last:
                self._ask_staff(conn, key, row, code, at=now_system)
                add_rows(conn, [word] if word else [])
            return is_ours

        database = self._database.of(row.clinic)
        return await database.write(write, wakes=(Wake.INBOX,) if last or free else ())

    async def _word(self, row: InboxRow) -> dict[str, Any]:
        """Return the item by which a conversation hears that something of it could not be read."""
        day = await self._days.at(row.clinic, row.received_at)
        place = (row.clinic, row.channel, row.account, f"unread:{row.id}", row.conversation)
        raw = unread_item(row.id, at=row.received_at)
        return incoming_row(self._vault, day, Incoming(*place, raw, row.received_at))

    def _ask_staff(self, conn: Connection, key: ClinicKey, row: InboxRow, code: str, *, at: datetime) -> None:
        """Open a task, due as long as the item can be read at all."""
        due_at, task = readable_until(row.received_at), f"inbox:{row.id}"
        open_task_row(conn, self._vault, key, None, "quarantined", task, at=at, note=code, due_at=due_at)

    async def _open(self, row: Row[Any]) -> InboxRow | None:
        """Open a claimed row; one whose day key is gone can only be shown to a person."""
        key = await self._days.find(row.clinic_id, row.day)
        if key is None or row.body is None:
            lost = InboxRow(
                row.id,
                ClinicId(row.clinic_id),
                ChannelKind(row.channel),
                row.account,
                "",
                b"",
                row.received_at,
                row.attempts,
                row.fence,
            )
            await self.give_back(lost, now_system=row.received_at, code="key-destroyed", last=True)
            return None
        conversation, raw = _unpack(self._vault.open(key, "inbox", row.id, "body", row.body))
        return InboxRow(
            row.id,
            ClinicId(row.clinic_id),
            ChannelKind(row.channel),
            row.account,
            conversation,
            raw,
            row.received_at,
            row.attempts,
            row.fence,
            row.code,
        )


def incoming_row(vault: Vault, key: DayKey, item: Incoming) -> dict[str, Any]:
    """Return the inbox row of an item, sealed under its day's key."""
    clinic = key.owner
    row_id = vault.index(clinic, "inbox", item.channel, item.account, item.dedupe_key).hex()
    return {
        "clinic_id": item.clinic,
        "id": row_id,
        "channel": item.channel.value,
        "account": item.account,
        "conversation": vault.index(clinic, "address", item.channel, item.account, item.conversation),
        "day": key.day,
        "body": vault.seal(key, "inbox", row_id, "body", _pack(item.conversation, item.raw)),
        "state": InboxState.NEW.value,
        "received_at": item.at,
    }


def add_rows(conn: Connection, rows: Rows) -> int:
    """Insert inbox rows; return how many were new."""
    return sum(conn.execute(_ADD, row).rowcount for row in rows)


def add_deliveries(conn: Connection, deliveries: Sequence[Rows]) -> list[int]:
    """Insert the rows of several deliveries in their order; return how many of each were new."""
    if conn.dialect.name != "postgresql":
        return [add_rows(conn, rows) for rows in deliveries]
    # Each statement goes there and back; SQLite's do not, and there each row looks for its own number.
    new = set(conn.scalars(_ADD_ALL, [row for rows in deliveries for row in rows]))
    counts = []
    for rows in deliveries:
        mine = {row["id"] for row in rows} & new
        counts.append(len(mine))
        new -= mine
    return counts


def settle_inbox(
    conn: Connection, vault: Vault, clinic: str, key: PatientKey | None, change: SettleInbox
) -> None:
    """Mark a row as done; raise LeaseLost if it is somebody else's by now."""
    words = change.text if change.keep else ""
    values = {
        "state": InboxState.DONE,
        "lease_until": None,
        "body": None,
        "kind": change.kind,
        "patient_id": key.patient if key else None,
        "text": vault.seal_text(key, "inbox", change.inbox_id, "text", words) if key else None,
    }
    if not changed(conn, _SETTLE, _place(clinic, change.inbox_id, change.fence) | values):
        raise LeaseLost("the inbox row is no longer ours")


def _claim(
    conn: Connection, *, values: dict[str, Any], unheard: list[datetime], most: int
) -> Sequence[Row[Any]]:
    return taken_up(conn, _RENEW, values, unheard) or conn.execute(_CLAIM, values | {"limit": most}).all()


def _place(clinic: str, row: str, fence: int) -> dict[str, Any]:
    return {"clinic": clinic, "row": row, "held_fence": fence}


def _pack(conversation: str, raw: bytes) -> bytes:
    name = conversation.encode()
    return len(name).to_bytes(_LENGTH, "big") + name + raw


def _unpack(packed: bytes) -> tuple[str, bytes]:
    end = _LENGTH + int.from_bytes(packed[:_LENGTH], "big")
    return packed[_LENGTH:end].decode(), packed[end:]
