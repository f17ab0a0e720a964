"""Summaries that are owed to the clinic, by the ways that it chose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from handlers.core.values import ClinicId, PatientId


class Way(StrEnum):
    """How a summary can be brought to the clinic, beside standing in the console."""

    EMAIL = "email"
    TELEGRAM = "telegram"
    """The group of the clinic's staff: it gets a link."""

    WEBHOOK = "webhook"
    FHIR = "fhir"


class DeliveryState(StrEnum):
    """How far a summary is on its way."""

    OWED = "owed"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """The patient took their consent back before it left."""


@dataclass(frozen=True, slots=True)
class OwedSummary:
    """One summary to bring, leased. `config` is what the clinic told of the way (addresses, secrets)."""

    id: str
    clinic: ClinicId
    patient: PatientId
    way: Way
    attempts: int
    fence: int
    config: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """The other side's word: which version it has, and what it answered."""

    version: int
    receipt: str


class Deliveries(Protocol):
    """Summaries that are owed."""

    async def claim(
        self, *, ways: Collection[Way], now_system: datetime, lease: timedelta, limit: int
    ) -> list[OwedSummary]:
        """Take summaries that wait to be brought by one of these ways, each counted as tried."""
        ...

    async def settle(
        self,
        owed: OwedSummary,
        state: DeliveryState,
        *,
        now: datetime,
        code: str = "",
        arrived: Arrived | None = None,
    ) -> bool:
        """Write how it ended; False if the lease was lost or a newer summary is owed by now.

        A failed one opens a task for a person, one that arrived closes it.
        """
        ...

    async def give_back(
        self, owed: OwedSummary, *, until_system: datetime, code: str, free: bool = False
    ) -> bool:
        """Free it for a later try, without counting this one if `free`."""
        ...
