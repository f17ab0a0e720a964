"""What a sender is given: the account, whom to tell, and how long things may take."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.core.case import Case
from handlers.core.changes import Change
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import SettingError
from handlers.ports import Channel, OutboxRow
from scheduler.pacing import Pacer, Rates

Probe = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Account:
    """A channel account, the way to its service and the service's limits.

    `probe` asks the service something that changes nothing, or raises SendError; without one, the first
    message after an outage finds out. `holds` takes or keeps the right to send here; where several
    processes may, only one does.
    """

    clinic: ClinicId
    kind: ChannelKind
    name: str
    channel: Channel
    rates: Rates | None = None
    probe: Probe | None = None
    holds: Callable[[], Awaitable[bool]] | None = None
    pacer: Pacer | None = None
    """Where others send at this account, too, its pace is theirs in common; it has `rates` then."""


Follows = Callable[[OutboxRow, Case], Sequence[Change]]


@dataclass(frozen=True, slots=True)
class SendCases:
    """Who is told of an account, and who decides what follows from a message that may not or did not arrive.

    What follows is written together with the end of the message: nobody is killed in between.
    `undelivered` hears only of what is about a check-in: another place may take it. `shut` hears of what the
    service did not take because its window is closed, though our clock said open.

    An account is refused, by the code that the service gave, or it works (again): the code is "" then.
    """

    account: Callable[[Account, str], Awaitable[None]]
    lost: Follows
    undelivered: Follows | None = None
    shut: Follows | None = None


@dataclass(frozen=True, slots=True)
class SendTiming:
    """Lease and limits of a sender. A send must be over before its lease is: checked when made.

    `in_flight` calls at once; `claimed` rows in hand, those waiting for their turn included. A
    conversation that must wait longer than `park` is given back.
    """

    lease: timedelta = timedelta(seconds=60)
    timeout: timedelta = timedelta(seconds=20)
    margin: timedelta = timedelta(seconds=5)
    in_flight: int = 16
    claimed: int = 64
    park: timedelta = timedelta(seconds=2)

    def __post_init__(self) -> None:
        """Raise SettingError if a send could outlive its lease."""
        if self.timeout + self.margin >= self.lease:
            raise SettingError(
                f"YORISOI_LEASE_SECONDS: {self.lease.total_seconds():g} must be more than"
                f" YORISOI_SEND_TIMEOUT_SECONDS + {self.margin.total_seconds():g}"
                f" = {(self.timeout + self.margin).total_seconds():g}"
            )
