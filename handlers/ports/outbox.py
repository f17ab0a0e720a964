"""Messages still to send, and the channels that take them."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.core.case import Case
from handlers.core.changes import Change
from handlers.core.events import Event
from handlers.core.messages import Body, Lane, Outbound
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, PatientId

Then = Callable[[Case], Sequence[Change]]
"""What follows for the patient from the end of a message; pure."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A claimed message, opened."""

    id: str
    clinic: ClinicId
    patient: PatientId
    contact: str
    point: ContactPoint
    body: Body
    attempts: int
    uncertain: int
    fence: int
    expires_at: datetime | None
    resend_if_uncertain: bool
    window_open: bool
    follow_up: str | None = None
    opening: bool = False
    lane: Lane = Lane.TURN
    cancelled: str = ""
    """Why it must not be sent any more, though it was being sent when that was decided."""
    quiet_zone: str = ""
    """Where quiet hours hold for it; "" if nowhere."""
    code: str = ""
    """Why it was put off the last time; "" if it never was."""
    ambiguous_at: datetime | None = None
    """When it was last sent without anybody knowing whether it arrived."""
    taken: int = 0
    """How many of its parts the service has taken before."""
    broken: str = ""
    """What went wrong when it was opened; "" if it can be read. Nothing else of it is to be trusted then."""


class Outbox(Protocol):
    """Messages still to send."""

    async def claim(  # noqa: PLR0913  an account is named by three words
        self,
        clinic: ClinicId,
        channel: ChannelKind,
        account: str,
        *,
        now: datetime,
        now_system: datetime,
        lease: timedelta,
        limit: int,
    ) -> list[OutboxRow]:
        """Take the oldest due rows of different conversations at this account, cards and staff first.

        Rows past `expires_at` are given out too: the sender ends them. A row whose lease ran out
        while it was being sent may have arrived: it comes back with `uncertain` one higher.
        """
        ...

    async def settle_sent(self, row: OutboxRow, provider_id: str, *, now: datetime) -> bool:
        """Mark as sent; False if the lease was lost (nothing changed then)."""
        ...

    async def postpone(  # noqa: PLR0913  all that a failed send leaves behind
        self,
        row: OutboxRow,
        *,
        until: datetime,
        code: str,
        free: bool,
        uncertain: bool,
        now: datetime,
        taken: int = 0,
    ) -> bool:
        """Give back for later; `free` burns no attempt, `uncertain` records an ambiguous send.

        Messages of other turns may pass it. One that was cancelled meanwhile ends as cancelled. So many of
        its parts are `taken`.
        """
        ...

    async def rest(self, row: OutboxRow, *, until_system: datetime, code: str, taken: int = 0) -> bool:
        """Give back: no attempt is counted, nothing of its conversation passes it, `taken` parts arrived.

        It is given out again from `until_system` on. One that was cancelled meanwhile ends as cancelled.
        """
        ...

    async def why_not(self, row: OutboxRow) -> str | None:
        """Return why a claimed message was called off since, "" if it may go; None if the lease is lost."""
        ...

    async def settle_failed(  # noqa: PLR0913 - an end, and what follows from it
        self,
        row: OutboxRow,
        *,
        code: str,
        state: str,
        now: datetime,
        changes: Sequence[Change] = (),
        uncertain: bool = False,
        free: bool = False,
        then: Then | None = None,
    ) -> bool:
        """End as failed, unknown, expired or held, with what follows from it, in one transaction.

        `uncertain` records that this last try was an ambiguous send, `free` burns no attempt; `then` decides
        on the patient's case.
        """
        ...

    async def next_due(self, *, now: datetime) -> datetime | None:
        """Return when the next queued message becomes due, or None."""
        ...


class Channel(Protocol):
    """A way to reach patients."""

    async def send(self, message: Outbound) -> str:
        """Hand over `message`; return the service's id for it, or raise SendError."""
        ...

    def fetch(self, ref: str, *, limit_bytes: int) -> AsyncIterator[bytes]:
        """Yield the bytes of a file that was sent to us, or raise FetchError."""
        ...


class Parser(Protocol):
    """A channel's pure understanding of its raw items."""

    def __call__(self, raw: bytes) -> Event:
        """Return the event in one raw item; never raises for content (Other, Unusable)."""
        ...
