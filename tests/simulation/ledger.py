"""What really happened, written down outside the product: what the services took and handed over."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Attempt:
    """One call of a service by the product."""

    outbox_id: str
    person: int
    began: float
    owner: object = field(repr=False)
    verdict: str = ""
    accepted: float | None = None


@dataclass(slots=True)
class Item:
    """Something that a service brings to the product. `meaning` is what the oracle compares with."""

    key: str
    service: object
    person: int
    raw: bytes
    meaning: tuple
    posted: float
    acked: float | None = None
    times: int = 0


@dataclass
class Ledger:
    """The truth."""

    attempts: dict = field(default_factory=lambda: defaultdict(list))
    items: dict = field(default_factory=dict)
    receipts: dict = field(default_factory=lambda: defaultdict(set))
    accepts: int = 0
    _digest: object = field(default_factory=lambda: hashlib.blake2b(digest_size=12))

    def note(self, *words):
        """Add something to the trace that must be the same for the same seed."""
        self._digest.update(repr(words).encode())

    def trace(self):
        """Return the hash of everything noted."""
        return self._digest.hexdigest()

    def accept(self, attempt, now):
        """Note that a service took a message."""
        attempt.accepted = now
        self.accepts += 1
        self.note(now, attempt.outbox_id)
