"""Answers of the conversations under way, opened once and not again at every message."""

from threading import Lock
from typing import Final

from handlers.core.values import Answer

CONVERSATIONS: Final = 256
"""Of so many patients at most; whoever has been silent longest is forgotten first."""

Opened = dict[bytes, Answer]
"""Answers by the sealed value that they were read from: it is never the same for two."""


class OpenedAnswers:
    """Remembers what a patient's sealed answers say, as long as they are in a conversation.

    Nothing can be out of date: an answer that changes is sealed anew. Safe across threads.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._lock = Lock()
        self._known: dict[tuple[str, str], Opened] = {}

    def of(self, clinic: str, patient: str) -> Opened:
        """Return what is remembered of a patient."""
        return self._known.get((clinic, patient), {})

    def keep(self, clinic: str, patient: str, opened: Opened) -> None:
        """Remember these answers of a patient, and no others."""
        with self._lock:
            self._known.pop((clinic, patient), None)
            self._known[clinic, patient] = opened
            if len(self._known) > CONVERSATIONS:
                del self._known[next(iter(self._known))]

    def forget(self, clinic: str, patient: str) -> None:
        """Let go of an erased patient's answers."""
        with self._lock:
            self._known.pop((clinic, patient), None)
