"""From a delivery to inbox rows: all of them committed, and only then may the caller acknowledge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.core.values import ChannelKind, ClinicId
from handlers.ports import Clock, Inbox, Incoming


@dataclass(frozen=True, slots=True)
class Account:
    """One of our accounts at a service, and the clinic that it belongs to."""

    clinic: ClinicId
    channel: ChannelKind
    name: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a delivery: what makes it unique, whose turn it is in, and its bytes.

    `conversation` is the address at the service, or the dedupe key where there is none.
    """

    dedupe_key: str
    conversation: str
    raw: bytes


class Receiver:
    """Stores what the services deliver, unread."""

    def __init__(self, inbox: Inbox, clock: Clock, knock: Callable[[], None] = lambda: None) -> None:
        """Take the inbox to fill, the clock that dates its rows, and who is told of each delivery."""
        self._inbox = inbox
        self._clock = clock
        self._knock = knock

    async def take(self, account: Account, pieces: Sequence[Piece]) -> int:
        """Store all pieces of a delivery in one transaction; return how many were new.

        Returns after the commit. A fault of the database is the caller's to see: it must not
        acknowledge then.
        """
        self._knock()
        first_of_each: dict[str, Piece] = {}
        for piece in pieces:
            first_of_each.setdefault(piece.dedupe_key, piece)
        if not first_of_each:
            return 0
        now = self._clock.now()
        rows = [
            Incoming(
                clinic=account.clinic,
                channel=account.channel,
                account=account.name,
                dedupe_key=piece.dedupe_key,
                conversation=piece.conversation,
                raw=piece.raw,
                at=now,
            )
            for piece in first_of_each.values()
        ]
        return await self._inbox.add(rows, now=now)
