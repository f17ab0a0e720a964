"""Documents still at the services."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from handlers.core.inspection import Inspection
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
    noted_at: datetime
    """Since when we know of it, by the business clock."""
    code: str = ""
    """Why it was given back the last time; "" if it never was."""
    names: tuple[str, ...] = ()
    """What the patient is called, to be compared with what stands in the headers of scans."""


class Inspector(Protocol):
    """Looks into files that came in, where they can do no harm."""

    async def inspect(self, sealed: Path, identity: str, names: Sequence[str] = ()) -> Inspection:
        """Return what the sealed file is that `identity` opens; never raises because of the file."""
        ...

    async def preview(self, sealed: Path, identity: str) -> bytes | None:
        """Return a JPEG of what the file looks like, drawn anew; None where there is no picture of it."""
        ...


class Fetches(Protocol):
    """Documents still at the services."""

    async def claim(self, *, now_system: datetime, lease: timedelta, limit: int) -> list[PendingFetch]:
        """Take documents that wait."""
        ...

    async def keep(self, fetch: PendingFetch, *, until_system: datetime) -> bool:
        """Lengthen the lease of a file that is still coming in; False if it was lost."""
        ...

    async def store(
        self, fetch: PendingFetch, content: AsyncIterator[bytes], *, limit_bytes: int, now: datetime
    ) -> bool:
        """Seal and keep the bytes with their size, SHA-256 and detected type.

        Brings a Fetched event into the inbox in the same transaction; False if the lease was lost.
        Raises FetchRefused when the limit is passed or the file is none that is kept.
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
