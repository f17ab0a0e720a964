"""Papers: the files that a patient sent, how far each came, and what staff found in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers.core.values import DocumentId

UNSORTED: Final = "unsorted"
"""Stands where a paper names its question: it came without being asked for."""


class DocumentState(StrEnum):
    """How far a file is on its way to us."""

    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What staff found when they looked at a file; nothing was found before somebody looked."""

    OPEN = "open"
    ACCEPTED = "accepted"
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    OTHER_PERSON = "other-person"
    UNSAFE = "unsafe"
    NOT_NEEDED = "not-needed"


SET_ASIDE: Final = frozenset({Verdict.UNREADABLE, Verdict.LOCKED, Verdict.OTHER_PERSON, Verdict.UNSAFE})
"""What makes a file one that cannot be used (rule DO-05): it has to be asked for again."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as the rules see it: what it answers (a linkId), how far it came, what staff found.

    `at` is when it was received, `judged_at` when staff last looked. `dated` is the date that stands
    on it, as far as staff read it ("2026-03", "2026-03-14"), or "". Files that came together share `album`.
    """

    id: DocumentId
    link_id: str
    state: DocumentState
    at: datetime
    verdict: Verdict = Verdict.OPEN
    judged_at: datetime | None = None
    dated: str = ""
    album: str = ""

    @property
    def is_unusable(self) -> bool:
        """Say whether it never came out of the service, or staff set it aside as useless."""
        return self.verdict in SET_ASIDE or (
            self.state is DocumentState.REFUSED and self.verdict is not Verdict.NOT_NEEDED
        )

    @property
    def counts(self) -> bool:
        """Say whether it stands for what was asked for."""
        return not self.is_unusable and self.verdict is not Verdict.NOT_NEEDED
