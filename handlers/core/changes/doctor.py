"""Changes that only a doctor makes."""

from dataclasses import dataclass
from datetime import datetime

from handlers.core.case import Outcome


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """A doctor's decision about a patient, with the reason for staff; earlier ones stay on record."""

    id: str
    outcome: Outcome
    reason: str
    by: str
    at: datetime
