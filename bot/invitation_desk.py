"""Makes invitations of every kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.foundation import Foundation
from bot.ways import Way, Ways
from handlers.core.values import PatientId
from storage.invitations import Invitations

INVITATION_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class InvitationDesk:
    """Makes invitations and the links that carry them."""

    base: Foundation
    invitations: Invitations
    ways: Ways

    async def __call__(self, kind: str, by: str, patient: PatientId | None = None) -> Sequence[Way]:
        """Return the links of a new invitation: for one new patient, a helper, or anybody."""
        code = self.base.ids.secret()
        now = self.base.now_system()
        await self.invitations.add(
            self.base.clinic,
            code,
            created_by=by,
            now=now,
            patient=patient,
            helper=kind == "helper",
            is_open=kind == "open",
            expires_at=None if kind == "open" else now + INVITATION_LIFE,
        )
        return await self.ways.of(code)
