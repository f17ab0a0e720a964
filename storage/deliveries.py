"""Summaries owed to the clinic: noted by a decision, brought by a worker, settled with the lease's fence."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, func, select, update

from handlers.core.changes import OweSummary
from handlers.core.values import ClinicId, PatientId
from handlers.ports import Arrived, DeliveryState, OwedSummary, Way
from storage.claims import claim
from storage.clinics import Clinics
from storage.delivery_settling import IS_OWED, SETTLE, place, settle
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.row_security import EachClinic
from storage.scope import Scope
from storage.sql import changed, insert_new, upsert
from storage.states import Wake
from storage.tables import clinics, summary_deliveries, summary_ways
from storage.types import moment_param

CONSOLE: Final = "console"
"""The way that is always there: a summary has arrived when somebody opened it."""

_CLAIM = claim(
    summary_deliveries,
    due=(
        IS_OWED,
        summary_deliveries.c.clinic_id == bindparam("of_clinic"),
        summary_deliveries.c.way.in_(bindparam("by_ways", expanding=True)),
    ),
    order=(summary_deliveries.c.owed_at,),
    also={"attempts": summary_deliveries.c.attempts + 1},
)
_ON = select(summary_ways.c.id).where(summary_ways.c.clinic_id == bindparam("clinic"), summary_ways.c.is_on)
_ADD = insert_new(summary_deliveries)
_ANEW = (
    update(summary_deliveries)
    .where(summary_deliveries.c.clinic_id == bindparam("clinic"), summary_deliveries.c.id == bindparam("row"))
    .values(
        state=DeliveryState.OWED.value,
        owed_at=moment_param("at"),
        fence=summary_deliveries.c.fence + 1,
        attempts=0,
        lease_until=None,
        code="",
    )
)
"""The fence moves on, so that whoever brings the one before settles nothing: the newest is owed still."""
_KEYS = (
    select(summary_ways.c.config, clinics.c.wrapped_key)
    .join(clinics, clinics.c.id == summary_ways.c.clinic_id)
    .where(
        summary_ways.c.clinic_id == bindparam("clinic"),
        summary_ways.c.id == bindparam("way"),
        summary_ways.c.is_on,
    )
)
_OF_PATIENT = select(summary_deliveries).where(
    and_(
        summary_deliveries.c.clinic_id == bindparam("clinic"),
        summary_deliveries.c.patient_id == bindparam("patient"),
    )
)
_STANDING = (
    select(
        summary_deliveries.c.way,
        summary_deliveries.c.state,
        summary_deliveries.c.code,
        func.count().label("number"),
        func.max(summary_deliveries.c.settled_at).label("last_at"),
    )
    .where(summary_deliveries.c.clinic_id == bindparam("clinic"))
    .group_by(summary_deliveries.c.way, summary_deliveries.c.state, summary_deliveries.c.code)
    .order_by(summary_deliveries.c.way, summary_deliveries.c.state, summary_deliveries.c.code)
)
_SEEN = upsert(summary_deliveries, "version", "settled_at")
_PUT_WAY = upsert(summary_ways, "is_on", "config", "changed_at")


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """How far the newest summary of a patient has come on one way."""

    way: str
    state: DeliveryState
    attempts: int
    code: str
    version: int
    receipt: str
    owed_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class WayStanding:
    """How many newest summaries are how far on one way, when the last one arrived, what stops others."""

    counts: Mapping[DeliveryState, int] = field(default_factory=dict)
    arrived_at: datetime | None = None
    codes: tuple[str, ...] = ()

    def with_(self, row: Row[Any]) -> "WayStanding":
        """Return it with so many more of one state and code."""
        state = DeliveryState(row.state)
        counts = {**self.counts, state: self.counts.get(state, 0) + row.number}
        arrived = row.last_at if state is DeliveryState.DELIVERED else self.arrived_at
        return WayStanding(counts, arrived, (*self.codes, row.code) if row.code else self.codes)


def owe(scope: Scope, change: OweSummary) -> None:
    """Note that the clinic gets the newest summary, by every way that it has switched on."""
    for way in scope.conn.scalars(_ON, {"clinic": scope.clinic}).all():
        _owe(scope.conn, scope.clinic, scope.patient, way, change.at)


def _owe(conn: Connection, clinic: str, patient: str, way: str, at: datetime) -> None:
    ident = f"{patient}.{way}"
    if changed(conn, _ANEW, {"clinic": clinic, "row": ident, "at": at}):
        return
    new = {"clinic_id": clinic, "id": ident, "patient_id": patient, "way": way}
    conn.execute(_ADD, new | {"state": DeliveryState.OWED.value, "owed_at": at})


class DeliveryStore:
    """Implements handlers.ports.Deliveries; keeps the ways and shows how far each summary is."""

    def __init__(self, database: Database, vault: Vault, clinics_: Clinics) -> None:
        """Take the keys that the ways are sealed under."""
        self._database = EachClinic(database)
        self._vault = vault
        self._clinics = clinics_

    async def claim(
        self, clinic: ClinicId, *, ways: Collection[Way], now_system: datetime, lease: timedelta, limit: int
    ) -> list[OwedSummary]:
        """Take a clinic's summaries that wait to be brought by one of these ways, each counted as tried."""
        values: dict[str, Any] = {"of_clinic": clinic, "by_ways": [way.value for way in ways], "limit": limit}
        values |= {"now_system": now_system, "until": now_system + lease}
        return await self._database.of(clinic).write(lambda conn: self._claimed(conn, values))

    async def settle(
        self,
        owed: OwedSummary,
        state: DeliveryState,
        *,
        now: datetime,
        code: str = "",
        arrived: Arrived | None = None,
    ) -> bool:
        """Write how it ended; False if the lease was lost or a newer summary is owed by now."""
        values: dict[str, Any] = {"state": state.value, "code": code, "settled_at": now, "lease_until": None}
        if arrived is not None:
            values |= {"version": arrived.version, "receipt": arrived.receipt}
        database = self._database.of(owed.clinic)
        return await database.write(lambda conn: settle(conn, self._vault, owed, values, now))

    async def give_back(
        self, owed: OwedSummary, *, until_system: datetime, code: str, free: bool = False
    ) -> bool:
        """Free it for a later try, without counting this one if `free`."""
        attempts = owed.attempts - 1 if free else owed.attempts
        values = place(owed) | {"lease_until": until_system, "code": code, "attempts": attempts}
        return await self._database.of(owed.clinic).write(lambda conn: changed(conn, SETTLE, values))

    async def again(self, clinic: ClinicId, patient: PatientId, *, now: datetime) -> None:
        """Owe a patient's summary anew, by every way that is switched on."""

        def write(conn: Connection) -> None:
            for way in conn.scalars(_ON, {"clinic": clinic}).all():
                _owe(conn, clinic, patient, way, now)

        await self._database.of(clinic).write(write, wakes=(Wake.SUMMARIES,))

    async def seen(self, clinic: ClinicId, patient: PatientId, version: int, *, now: datetime) -> None:
        """Note that this version was opened in the console."""
        row = {
            "clinic_id": clinic,
            "id": f"{patient}.{CONSOLE}",
            "patient_id": patient,
            "way": CONSOLE,
            "state": DeliveryState.DELIVERED.value,
            "owed_at": now,
            "settled_at": now,
            "version": version,
        }
        await self._database.of(clinic).write(lambda conn: conn.execute(_SEEN, row))

    async def of(self, clinic: ClinicId, patient: PatientId) -> Sequence[DeliveryView]:
        """Return how far a patient's summary is, by way."""
        values = {"clinic": clinic, "patient": patient}
        ordered = _OF_PATIENT.order_by(summary_deliveries.c.way)
        rows = await self._database.of(clinic).read(lambda conn: conn.execute(ordered, values).all())
        return [_view(row) for row in rows]

    async def standing(self, clinic: ClinicId) -> Mapping[str, WayStanding]:
        """Return how far the newest summaries of all patients are, by way."""
        rows = await self._database.of(clinic).read(
            lambda conn: conn.execute(_STANDING, {"clinic": clinic}).all()
        )
        found: dict[str, WayStanding] = {}
        for row in rows:
            found[row.way] = found.get(row.way, WayStanding()).with_(row)
        return found

    async def save_way(
        self, clinic: ClinicId, way: Way, config: Mapping[str, str], *, is_on: bool, now: datetime
    ) -> None:
        """Keep how the clinic wants its summaries by one way."""
        key = await self._clinics.key(clinic)
        sealed = self._vault.seal_text(key, "summary_ways", way, "config", json.dumps(dict(config)))
        values = {"clinic_id": clinic, "id": way.value, "is_on": is_on, "config": sealed, "changed_at": now}
        await self._database.of(clinic).write(lambda conn: conn.execute(_PUT_WAY, values))

    async def ways(self, clinic: ClinicId) -> dict[Way, Mapping[str, str]]:
        """Return the ways that are switched on with what is known of each."""
        key = await self._clinics.key(clinic)
        wanted = select(summary_ways).where(summary_ways.c.clinic_id == clinic, summary_ways.c.is_on)
        rows = await self._database.of(clinic).read(lambda conn: conn.execute(wanted).all())
        return {Way(row.id): _config(self._vault, key, row.id, row.config) for row in rows}

    def _claimed(self, conn: Connection, values: dict[str, Any]) -> list[OwedSummary]:
        return [self._owed(conn, row) for row in conn.execute(_CLAIM, values).all()]

    def _owed(self, conn: Connection, row: Row[Any]) -> OwedSummary:
        found = conn.execute(_KEYS, {"clinic": row.clinic_id, "way": row.way}).first()
        config: Mapping[str, str] = {}
        if found is not None:
            key = ClinicKey(row.clinic_id, found.wrapped_key)
            config = _config(self._vault, key, row.way, found.config)
        return OwedSummary(
            id=row.id,
            clinic=ClinicId(row.clinic_id),
            patient=PatientId(row.patient_id),
            way=Way(row.way),
            attempts=row.attempts,
            fence=row.fence,
            config=config,
        )


def _config(vault: Vault, key: ClinicKey, way: str, sealed: bytes | None) -> Mapping[str, str]:
    if sealed is None:
        return {}
    opened: dict[str, str] = json.loads(vault.open_text(key, "summary_ways", way, "config", sealed))
    return opened


def _view(row: Row[Any]) -> DeliveryView:
    return DeliveryView(
        way=row.way,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        code=row.code,
        version=row.version,
        receipt=row.receipt,
        owed_at=row.owed_at,
        settled_at=row.settled_at,
    )
