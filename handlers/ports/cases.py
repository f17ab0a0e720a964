"""One read, one decision, one write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.core.case import Case, Clinic
from handlers.core.changes import Change
from handlers.core.values import ClinicId, ContactId, ContactPoint, PatientId


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that holds: for a patient who is known, or for somebody new."""

    patient: PatientId | None = None
    helper: bool = False
    """Whoever comes helps the patient."""
    contact: ContactId | None = None
    """Whoever comes is who writes at this contact point, too."""


class UnitOfWork(Protocol):
    """One read, one decision, one write."""

    async def case_at(
        self,
        clinic: ClinicId,
        point: ContactPoint,
        *,
        aliases: Sequence[str] = (),
        response: str = "",
    ) -> Case | None:
        """Return the case at a contact point, or None if nobody is known there.

        `response` names a response that must be loaded too, if it is this patient's.
        """
        ...

    async def case_of(self, clinic: ClinicId, patient: PatientId, *, full: bool = False) -> Case:
        """Return a patient's case at their preferred contact. Raise NotFound.

        `full` loads all responses, and finished follow-ups too.
        """
        ...

    async def invited(self, clinic: ClinicId, payload: str, *, now_system: datetime) -> Invited | None:
        """Return what an invitation that still holds is for; None for an unknown or spent one."""
        ...

    async def clinic(self, clinic: ClinicId) -> Clinic:
        """Return a clinic's own data. Raise NotFound."""
        ...

    async def save(self, case: Case, changes: Sequence[Change]) -> None:
        """Write all changes in one transaction.

        Raise ConcurrentUpdate if the case has moved on or a fence no longer holds; nothing is
        written then.
        """
        ...
