"""Where the clinic's staff are told: one linked chat by its id, and a group that has moved."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from handlers.core.on_call import Means
from handlers.core.values import ClinicId
from storage.alert_notices import address_index
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.sql import is_row
from storage.tables import staff_chats

_IS_LINKED: Final = (staff_chats.c.clinic_id == bindparam("clinic"), staff_chats.c.ended_at.is_(None))
_ONE = select(staff_chats.c.id, staff_chats.c.chat).where(
    *_IS_LINKED, staff_chats.c.id == bindparam("row"), staff_chats.c.staff_id.is_(None)
)
_AT = select(staff_chats.c.id).where(*_IS_LINKED, staff_chats.c.chat_index == bindparam("at_chat"))
_SET = update(staff_chats).where(*is_row(staff_chats))


class StaffChats:
    """The linked chats of a clinic, for whoever writes into one."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which addresses are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def address(self, clinic: ClinicId, chat: str) -> str:
        """Return where a linked chat of the whole clinic is; empty if it is not linked (any more)."""
        owner = await self._clinics.key(clinic)
        named = {"clinic": clinic, "row": chat}
        row = await self._database.read(lambda conn: conn.execute(_ONE, named).first())
        return self._vault.open_text(owner, "staff_chats", row.id, "chat", row.chat) if row else ""

    async def move(self, clinic: ClinicId, before: str, after: str, *, now: datetime) -> None:
        """Follow a chat to its new address; where that one is linked already, the old one ends."""
        owner = await self._clinics.key(clinic)
        await self._database.write(lambda conn: move(conn, self._vault, owner, before, after, now))


def move(conn: Connection, vault: Vault, owner: ClinicKey, before: str, after: str, now: datetime) -> None:
    """Write that a linked chat has another address; nothing if none is linked at the one before."""
    old, new = (address_index(vault, owner, Means.TELEGRAM, one) for one in (before, after))
    named = {"clinic": owner.clinic}
    is_taken = conn.scalar(_AT, named | {"at_chat": new}) is not None
    for row in conn.scalars(_AT, named | {"at_chat": old}).all():
        values: dict[str, Any] = {"ended_at": now}
        if not is_taken:
            values = {"chat_index": new, "chat": vault.seal(owner, "staff_chats", row, "chat", after)}
        conn.execute(_SET, named | {"row": row} | values)
