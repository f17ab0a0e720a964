"""Planned check-ins by the million: those that fall due through the product, the others in bulk."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, insert

from benchmarks.clinic import ACCOUNT
from handlers.core.case import Case, Contact, FollowUp, FollowUpState, Patient, Stage
from handlers.core.changes import AddPatient, PlanFollowUps
from handlers.core.values import (
    ChannelKind,
    ContactId,
    ContactPoint,
    FollowUpId,
    Language,
    PatientId,
    Purpose,
)
from storage.keys import ClinicKey, Vault
from storage.stores import Stores
from storage.tables import follow_ups, patients

NOON: Final = datetime(2026, 11, 24, 3, tzinfo=UTC)
"""Midday in Tokyo, where all of them live."""

MINUTE: Final = timedelta(minutes=1)
_STEPS: Final = ("M1", "M3", "M6")
_DAY: Final = timedelta(days=1)
_HALF_A_YEAR: Final = 182
_CHUNK: Final = 3_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Load:
    """How many check-ins are pending, and how many of them fall due in each of the first minutes."""

    pending: int
    minutes: int
    each_minute: int


async def load(stores: Stores, wanted: Load) -> None:
    """Fill the tables of an empty database."""
    soon = [minute for minute in range(1, wanted.minutes + 1) for _ in range(wanted.each_minute)]
    clinic = await stores.clinics.get(ACCOUNT.clinic)
    for chunk in in_batches(enumerate(soon), 64):
        people = (_person(Case(clinic, *_known(number)), minute) for number, minute in chunk)
        await asyncio.gather(*(stores.uow.save(case, changes) for case, changes in people))
    owner = await stores.clinics.key(ACCOUNT.clinic)
    for numbers in in_batches(range(wanted.pending - len(soon)), _CHUNK):
        rows = _patients(stores.vault, owner, numbers), [_later(number) for number in numbers]
        await stores.database.write(partial(_insert, people=rows[0], planned=rows[1]))


def _known(number: int) -> tuple[Patient, Contact]:
    name = f"soon-{number:021d}"
    patient = Patient(
        PatientId(name),
        code=name,
        stage=Stage.TREATMENT,
        language=Language("en"),
        zone="Asia/Tokyo",
        purposes=frozenset({Purpose.MESSAGES}),
        created_at=NOON - _DAY,
    )
    return patient, Contact(ContactId(name), ContactPoint(ChannelKind.TERMINAL, ACCOUNT.name, name))


def _person(case: Case, minute: int) -> tuple[Case, list[AddPatient | PlanFollowUps]]:
    """Return somebody new whose one check-in falls due so many minutes after NOON."""
    due = NOON + minute * MINUTE
    planned = FollowUp(
        id=FollowUpId(case.patient.id),
        patient=case.patient.id,
        step=_STEPS[0],
        anchor="infusion-1",
        local="2026-11-24T12:00",
        zone="Asia/Tokyo",
        window_start=due,
        due_at=due,
        window_end=due + 7 * _DAY,
        next_at=due,
    )
    return replace(case, is_new=True), [AddPatient(case.patient, case.contact), PlanFollowUps((planned,))]


def _insert(conn: Connection, people: list[dict[str, Any]], planned: list[dict[str, Any]]) -> None:
    if people:
        conn.execute(insert(patients), people)
    conn.execute(insert(follow_ups), planned)


def _patients(vault: Vault, owner: ClinicKey, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Return the patients of these check-ins: one for every three."""
    names = [_name(number) for number in numbers if number % len(_STEPS) == 0]
    return [
        {
            "clinic_id": owner.clinic,
            "id": name,
            "code": name,
            "stage": Stage.TREATMENT.value,
            "zone": "Asia/Tokyo",
            "at_time": "10:00",
            "purposes": Purpose.MESSAGES.value,
            "wrapped_key": vault.new_patient_key(owner, name).wrapped,
        }
        for name in names
    ]


def _later(number: int) -> dict[str, Any]:
    """Return a check-in that falls due some day within half a year, never within this benchmark."""
    due = NOON + (1 + number % _HALF_A_YEAR) * _DAY + (number % 480) * MINUTE
    return {
        "clinic_id": ACCOUNT.clinic,
        "id": f"later-{number:020d}",
        "patient_id": _name(number - number % len(_STEPS)),
        "step": _STEPS[number % len(_STEPS)],
        "anchor": "infusion-1",
        "local": due.strftime("%Y-%m-%dT%H:%M"),
        "zone": "Asia/Tokyo",
        "window_start": due,
        "due_at": due,
        "window_end": due + 7 * _DAY,
        "state": FollowUpState.SCHEDULED.value,
        "next_at": due,
    }


def _name(number: int) -> str:
    return f"later-{number:020d}"


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of up to `size`."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
