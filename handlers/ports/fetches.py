"""Documents still at the services."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.core.values import ClinicId, ContactPoint, PatientId


@dataclass(frozen=True, slots=True)
class PendingFetch:
    """A document waiting at the service, leased."""

    id: str
    clinic: ClinicId
    patient: PatientId
    contact: str
    point: ContactPoint
    ref: str
    name: str
    mime: str
    size: int | None
    attempts: int
    fence: int
    code: str = ""
    """Why it was given back the last time; "" if it never was."""


class Fetches(Protocol):
    """Documents still at the services."""

    async def claim(self, *, now_system: datetime, lease: timedelta, limit: int) -> list[PendingFetch]:
        """Take documents that wait."""
        ...

    async def store(
        self, fetch: PendingFetch, content: AsyncIterator[bytes], *, limit_bytes: int, now: datetime
    ) -> bool:
        """Seal and keep the bytes with their size, SHA-256 and detected type.

        Brings a Fetched event into the inbox in the same transaction; False if the lease was lost.
        Raises FetchRefused when the limit is passed.
        """
        ...

    async def give_back(
        self,
        fetch: PendingFetch,
        *,
        until_system: datetime,
        code: str,
        last: bool,
        now: datetime,
        free: bool = False,
    ) -> bool:
        """Free for a later try, without counting this one if `free`.

        `last` ends it as refused and brings a Fetched event.
        """
        ...
