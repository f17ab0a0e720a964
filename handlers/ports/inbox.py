"""Messages taken from the services and not yet worked off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.core.frozen import quick
from handlers.core.values import ChannelKind, ClinicId


@quick
@dataclass(frozen=True, slots=True)
class Incoming:
    """One item of a delivery, before anybody looked into it. `raw` is the item's bytes.

    `conversation` is the address it belongs to (opaque), or the dedupe key where there is none.
    """

    clinic: ClinicId
    channel: ChannelKind
    account: str
    dedupe_key: str
    conversation: str
    raw: bytes
    at: datetime


@quick
@dataclass(frozen=True, slots=True)
class InboxRow:
    """A claimed inbox row, opened. `attempts` counts this one too (committed before it runs)."""

    id: str
    clinic: ClinicId
    channel: ChannelKind
    account: str
    conversation: str
    raw: bytes
    received_at: datetime
    attempts: int
    fence: int
    code: str = ""
    """Why it was given back the last time; "" if it never was."""


class Inbox(Protocol):
    """Messages taken from the services and not yet worked off."""

    async def add(self, items: Sequence[Incoming], *, now: datetime) -> int:
        """Store all new items of a delivery in one transaction; return how many were new."""
        ...

    async def claim(self, *, now_system: datetime, lease: timedelta, limit: int) -> list[InboxRow]:
        """Take the oldest free row of up to `limit` different conversations."""
        ...

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
        """Free a row that failed, from `now_system` on, which may lie ahead (its back-off).

        `last` puts it into quarantine with a task for staff, and with `told` brings an item that lets the
        patient hear of it; `free` does not count this try. False if the lease was lost: nothing changed then.
        """
        ...
