"""Changes to the books: what came in is settled, and who did what is noted."""

from dataclasses import dataclass
from datetime import datetime

from handlers.core.frozen import quick


@quick
@dataclass(frozen=True, slots=True)
class SettleInbox:
    """The inbox row that caused this is done; its fence must still hold.

    `keep` re-seals the raw body under the patient's key; otherwise the body is dropped.
    """

    inbox_id: str
    fence: int
    keep: bool
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoteNews:
    """What a service says of a template (`subject`: its name) or of the account itself ("") is kept.

    `id` is the inbox row's: told twice, it is kept once. `at` is the service's time, where it gave one.
    """

    id: str
    subject: str
    language: str
    about: str
    now: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldAccount:
    """The account that the event came in at is refused, by `reason`: its queue waits. "" lets it go again."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Audit:
    """Who did what to which record; no clinical words."""

    actor: str
    action: str
    subject: str
    at: datetime
