"""What a web chat page shows of one contact's conversation, and who reads it for the page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handlers.core.messages import Body
from handlers.core.values import ClinicId, ContactPoint


class LineKind(StrEnum):
    """What one line of a conversation is."""

    CLINIC = "clinic"
    TEXT = "text"
    CHOICE = "choice"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message on the page, ours or theirs.

    `number` orders lines of one side that have the same time. `body` is there for the clinic's
    lines, `text` for the person's. `shown` says that the page has confirmed it.
    """

    id: str
    kind: LineKind
    at: datetime
    number: int = 0
    body: Body | None = None
    text: str = ""
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation's newest lines, oldest first. `language` is the patient's, or empty."""

    language: str = ""
    lines: tuple[ChatLine, ...] = ()
    is_over: bool = False
    """Whether it was a helper's, whose access has ended: then nothing is shown but the last word."""


class ChatReader(Protocol):
    """Reads conversations for the page."""

    async def read(
        self, clinic: ClinicId, point: ContactPoint, *, known: Collection[str] = (), limit: int = 200
    ) -> Conversation:
        """Return the newest `limit` lines without those in `known`, which are not even opened."""
        ...

    async def is_over(self, clinic: ClinicId, point: ContactPoint) -> bool:
        """Say whether a helper wrote there whose access has ended."""
        ...

    async def line_id(self, clinic: ClinicId, point: ContactPoint, dedupe_key: str) -> str:
        """Return the id of the line that an incoming item becomes."""
        ...

    async def has_come(self, clinic: ClinicId, point: ContactPoint, dedupe_key: str) -> bool:
        """Say whether an incoming item with this key is stored."""
        ...
