"""One read, one decision, one write: the door through which decisions reach the tables."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.core.case import Case, Clinic
from handlers.core.changes import (
    AddDocument,
    AddPatient,
    Change,
    FreeHeld,
    HoldAccount,
    JoinTeam,
    OweSummary,
    PlanFollowUps,
    Queue,
    RaiseAlert,
    SaveFollowUp,
    TakeAlert,
    TellDay,
    TurnAway,
)
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, PatientId
from handlers.errors import NotFound
from handlers.ports import Invited
from storage import cases
from storage.apply import apply_all, moves_nothing
from storage.clinics import Clinics
from storage.engine import Database
from storage.invitations import invited_patient
from storage.keys import ClinicKey, PatientKey, Vault
from storage.patient_keys import PatientKeys
from storage.remembered import RememberedCases
from storage.row_security import EachClinic
from storage.states import Wake

_BRINGS: Final[tuple[tuple[type, Wake], ...]] = (
    (Queue, Wake.OUTBOX),
    (FreeHeld, Wake.OUTBOX),
    (HoldAccount, Wake.OUTBOX),
    (AddDocument, Wake.DOCUMENTS),
    (PlanFollowUps, Wake.FOLLOW_UPS),
    (SaveFollowUp, Wake.FOLLOW_UPS),
    (RaiseAlert, Wake.ALERTS),
    (JoinTeam, Wake.ALERTS),
    (TakeAlert, Wake.ALERTS),
    (TellDay, Wake.ALERTS),
    (OweSummary, Wake.SUMMARIES),
    (TurnAway, Wake.STRANGERS),
)


class UnitOfWork:
    """Implements handlers.ports.UnitOfWork."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics, keys: PatientKeys) -> None:
        """Take the keys under which a case's words are sealed."""
        self._database = EachClinic(database)
        self._vault = vault
        self._clinics = clinics
        self._keys = keys
        self._remembered = RememberedCases()

    async def case_at(
        self,
        clinic: ClinicId,
        point: ContactPoint,
        *,
        aliases: Sequence[str] = (),
        response: str = "",
    ) -> Case | None:
        """Return the case at a contact point, or None if nobody is known there.

        `aliases` are further addresses of the same person; those that are new are remembered.
        """
        owner = await self._clinics.key(clinic)
        database = self._database.of(clinic)
        found = await database.read(
            lambda conn: cases.read_at(self._reading(conn, owner), point, response), brief=True
        )
        # On WhatsApp people have two addresses, and an item may name the other one alone.
        if found is None and (aliases or point.channel is ChannelKind.WHATSAPP):
            found = await database.read(
                lambda conn: cases.read_by_alias(self._reading(conn, owner), point, aliases, response)
            )
        if found is None:
            return None
        if aliases:
            await self._learn(owner, found[0], (point.address, *aliases))
        return self._noted(found)

    async def case_of(self, clinic: ClinicId, patient: PatientId, *, full: bool = False) -> Case:
        """Return a patient's case at their preferred contact. Raise NotFound.

        `full` loads all responses, and finished follow-ups too.
        """
        owner = await self._clinics.key(clinic)
        found = await self._database.of(clinic).read(
            lambda conn: cases.read_of(self._reading(conn, owner), patient, full=full)
        )
        if found is None:
            raise NotFound("no such patient")
        return self._noted(found)

    async def invited(self, clinic: ClinicId, payload: str, *, now_system: datetime) -> Invited | None:
        """Return what an invitation that still holds is for; None for an unknown or spent one."""
        owner = await self._clinics.key(clinic)
        return await self._database.of(clinic).read(
            lambda conn: invited_patient(conn, self._vault, owner, payload, now_system)
        )

    async def clinic(self, clinic: ClinicId) -> Clinic:
        """Return a clinic's own data. Raise NotFound."""
        return await self._clinics.get(clinic)

    async def save(
        self, case: Case, changes: Sequence[Change], *, first: Callable[[Connection], None] | None = None
    ) -> None:
        """Write all changes in one transaction, after `first` if it is given.

        Raise ConcurrentUpdate if the case has moved on or a fence no longer holds; nothing is
        written then.
        """
        owner = await self._clinics.key(case.clinic.id)
        key = await self._key(owner, case, changes)

        def write(conn: Connection) -> None:
            if first is not None:
                first(conn)
            apply_all(conn, self._vault, owner, key, case, changes)

        await self._database.of(owner.clinic).write(write, wakes=_wakes(changes))
        if not moves_nothing(changes):
            self._remembered.move(case, changes)

    async def _key(self, owner: ClinicKey, case: Case, changes: Sequence[Change]) -> PatientKey | None:
        if any(isinstance(change, AddPatient) for change in changes):
            return self._vault.new_patient_key(owner, case.patient.id)
        if case.is_new:
            return None
        return await self._keys.get(owner.clinic, case.patient.id)

    async def _learn(self, owner: ClinicKey, case: Case, addresses: Sequence[str]) -> None:
        database = self._database.of(owner.clinic)
        new = await database.read(
            lambda conn: cases.unknown_aliases(conn, self._vault, owner, case.contact, addresses)
        )
        if new:
            await database.write(lambda conn: cases.add_aliases(conn, new))

    def _reading(self, conn: Connection, owner: ClinicKey) -> cases.Reading:
        return cases.Reading(conn, self._vault, owner, self._remembered)

    def _noted(self, found: tuple[Case, PatientKey]) -> Case:
        case, key = found
        self._keys.remember(key)
        return case


def _wakes(changes: Sequence[Change]) -> tuple[Wake, ...]:
    kinds = {type(change) for change in changes}
    return tuple(dict.fromkeys(wake for kind, wake in _BRINGS if kind in kinds))
