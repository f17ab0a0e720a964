"""What staff are told on which way: queued with the step that tells it, claimed, settled by its fence."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select, update

from handlers.core.changes import Level
from handlers.core.on_call import Means, Way
from handlers.core.values import ClinicId
from handlers.ports import ClaimedNotice, NoticeKind
from storage.alert_rounds import give_way, no_longer_theirs
from storage.claims import claim, is_leased
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.marks import close_task_row, open_task_row
from storage.row_ids import fresh_id
from storage.row_security import EachClinic
from storage.sql import insert_new
from storage.states import NoticeState, Wake
from storage.tables import alert_notices as notices, alerts, patients, staff
from storage.types import is_word, moment_param

UNDELIVERED: Final = "alert-undelivered"
"""The task that stands while somebody on call can't be told."""

_IS_QUEUED = is_word(notices.c.state, NoticeState.QUEUED)
_QUEUE = insert_new(notices)
_CLAIM = claim(
    notices,
    due=(
        _IS_QUEUED,
        notices.c.clinic_id == bindparam("of_clinic"),
        notices.c.not_before <= moment_param("now"),
        notices.c.means == bindparam("on_means"),
        notices.c.address_index.not_in(bindparam("resting", expanding=True)),
    ),
    order=(notices.c.not_before, notices.c.id),
    also={"attempts": notices.c.attempts + 1},
)
_ABOUT = (
    select(alerts, patients.c.code, staff.c.name)
    .join(patients, (patients.c.clinic_id == alerts.c.clinic_id) & (patients.c.id == alerts.c.patient_id))
    .outerjoin(staff, (staff.c.clinic_id == alerts.c.clinic_id) & (staff.c.id == alerts.c.taken_by))
    .where(alerts.c.clinic_id == bindparam("clinic"))
    .where(alerts.c.id.in_(bindparam("ids", expanding=True)))
)
_SETTLE = update(notices).where(*is_leased(notices), _IS_QUEUED)
_CALL_OFF = (
    update(notices)
    .where(notices.c.clinic_id == bindparam("clinic"), notices.c.alert_id == bindparam("alert"))
    .where(_IS_QUEUED, notices.c.kind == NoticeKind.ALERT.value, notices.c.lease_until.is_(None))
)
_TOLD = (
    select(notices.c.id, notices.c.address, notices.c.staff_id)
    .where(
        notices.c.clinic_id == bindparam("clinic"),
        notices.c.alert_id == bindparam("alert"),
        notices.c.kind == NoticeKind.ALERT.value,
        notices.c.means == Means.TELEGRAM.value,
        notices.c.state == "sent",
    )
    .order_by(notices.c.step)
)
_STILL_TRIED = select(notices.c.address_index).where(
    notices.c.clinic_id == bindparam("clinic"),
    notices.c.alert_id == bindparam("alert"),
    notices.c.kind == NoticeKind.ALERT.value,
    _IS_QUEUED,
)
_NEXT = select(func.min(notices.c.not_before)).where(
    _IS_QUEUED, notices.c.clinic_id == bindparam("of_clinic"), notices.c.means == bindparam("on_means")
)


def queue_notices(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue notices; the same of one step to the same address is queued once."""
    conn.execute(_QUEUE, list(rows))


def queue_steps(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue what steps of alerts tell, but where an earlier step of the same alert is still being tried."""
    of_alerts = {row["alert_id"]: {"clinic": row["clinic_id"], "alert": row["alert_id"]} for row in rows}
    tried = {alert: set(conn.scalars(_STILL_TRIED, named)) for alert, named in of_alerts.items()}
    new = [row for row in rows if row["address_index"] not in tried[row["alert_id"]]]
    if new:
        queue_notices(conn, new)


def notice_row(  # noqa: PLR0913 - what to tell where
    vault: Vault,
    owner: ClinicKey,
    way: Way,
    kind: NoticeKind,
    *,
    at: datetime,
    alert: str | None = None,
    step: int = 0,
    ack: str = "",
    row_id: str = "",
) -> dict[str, Any]:
    """Return the row of one notice; with a `row_id` of its own it is queued once."""
    row_id = row_id or fresh_id()
    return {
        "clinic_id": owner.clinic,
        "id": row_id,
        "alert_id": alert,
        "kind": kind.value,
        "step": step,
        "means": way.means.value,
        "staff_id": way.staff,
        "address_index": address_index(vault, owner, way.means, way.address),
        "address": vault.seal(owner, "alert_notices", row_id, "address", way.address),
        "ack": ack,
        "at": at,
        "not_before": at,
    }


def address_index(vault: Vault, owner: ClinicKey, means: Means, address: str) -> bytes:
    """Return the keyed hash by which a staff address is found."""
    return vault.index(owner, "staff-address", means.value, address)


def call_off(conn: Connection, clinic: str, alert: str, at: datetime) -> None:
    """Tell nobody more of an alert that somebody took."""
    values = {"clinic": clinic, "alert": alert, "state": "cancelled", "settled_at": at}
    conn.execute(_CALL_OFF, values)


def tell_taken(
    conn: Connection, vault: Vault, owner: ClinicKey, alert: str, *, at: datetime, but: str = ""
) -> None:
    """Tell every chat that knew of an alert that it was taken: nobody else need call.

    The chat `but` knows it by itself.
    """
    told = [
        (vault.open_text(owner, "alert_notices", row.id, "address", row.address), row.staff_id)
        for row in conn.execute(_TOLD, {"clinic": owner.clinic, "alert": alert}).all()
    ]
    rows = [
        notice_row(vault, owner, Way(Means.TELEGRAM, address, person), NoticeKind.TAKEN, at=at, alert=alert)
        for address, person in told
        if address != but
    ]
    if rows:
        queue_notices(conn, rows)


class NoticeStore:
    """Implements handlers.ports.Notices."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys under which addresses are sealed."""
        self._database = EachClinic(database)
        self._vault = vault
        self._clinics = clinics

    async def claim(  # noqa: PLR0913 - whose, on what, when
        self,
        clinic: ClinicId,
        means: Means,
        *,
        resting: Collection[str],
        now: datetime,
        now_system: datetime,
        lease: timedelta,
        limit: int,
    ) -> list[ClaimedNotice]:
        """Take what is due of a clinic on these means, except at the addresses that are `resting`."""
        owner = await self._clinics.key(clinic)
        left_alone = [address_index(self._vault, owner, means, address) for address in resting]
        values = {"now": now, "now_system": now_system, "until": now_system + lease, "limit": limit}
        values |= {"of_clinic": clinic, "on_means": means.value, "resting": left_alone}
        return await self._database.of(clinic).write(lambda conn: self._claimed(conn, owner, values))

    def _claimed(self, conn: Connection, owner: ClinicKey, values: dict[str, Any]) -> list[ClaimedNotice]:
        rows = conn.execute(_CLAIM, values).all()
        wanted = [row.alert_id for row in rows if row.alert_id]
        about = (
            {row.id: row for row in conn.execute(_ABOUT, {"clinic": owner.clinic, "ids": wanted})}
            if wanted
            else {}
        )
        ordered = sorted(rows, key=lambda row: (row.not_before, row.id))
        given = [self._notice(owner, row, about.get(row.alert_id)) for row in ordered]
        gone = no_longer_theirs(conn, rows)
        if gone:
            _end(conn, [one for one in given if one.id in gone], "cancelled", values["now"], "")
        return [one for one in given if one.id not in gone]

    def _notice(self, owner: ClinicKey, row: Row[Any], alert: Row[Any] | None) -> ClaimedNotice:
        address = self._vault.open_text(owner, "alert_notices", row.id, "address", row.address)
        bare = ClaimedNotice(
            clinic=ClinicId(row.clinic_id),
            id=row.id,
            kind=NoticeKind(row.kind),
            way=Way(Means(row.means), address, row.staff_id),
            fence=row.fence,
            attempts=row.attempts,
            ack=row.ack,
        )
        return bare if alert is None else self._about(owner, bare, alert)

    def _about(self, owner: ClinicKey, bare: ClaimedNotice, alert: Row[Any]) -> ClaimedNotice:
        return replace(
            bare,
            alert=alert.id,
            code=alert.code,
            level=Level(alert.level),
            raised_at=alert.raised_at,
            taken_at=alert.taken_at,
            taken_by=taker(self._vault, owner, alert),
        )

    async def settle(self, told: Sequence[ClaimedNotice], *, now: datetime) -> None:
        """Mark them as told, those whose lease still holds."""
        owner = await self._clinics.key(told[0].clinic)

        def write(conn: Connection) -> None:
            _end(conn, told, "sent", now, "")
            close_task_row(conn, self._vault, owner, _task_key(told[0].way), at=now, by="system")

        await self._database.of(owner.clinic).write(write)

    async def postpone(self, late: Sequence[ClaimedNotice], *, until: datetime, code: str) -> None:
        """Give them back for a later try."""
        values = {"lease_until": None, "not_before": until, "code": code}

        rows = [_place(notice) | values for notice in late]
        database = self._database.of_all(notice.clinic for notice in late)
        await database.write(lambda conn: conn.execute(_SETTLE, rows), wakes=(Wake.ALERTS,))

    async def outwait(
        self, late: Sequence[ClaimedNotice], *, now: datetime, until: datetime, code: str
    ) -> None:
        """Give them back for a later try; a step that reached nobody gives way to the next at once."""
        values = {"lease_until": None, "not_before": until, "code": code, "settled_at": now}
        await self._not_told(late, values, now=now, code=code)

    async def fail(self, lost: Sequence[ClaimedNotice], *, now: datetime, code: str) -> None:
        """End them: they can't be told there. A step that reached nobody gives way to the next at once."""
        values = {"lease_until": None, "state": NoticeState.FAILED.value, "code": code, "settled_at": now}
        await self._not_told(lost, values, now=now, code=code)

    async def _not_told(
        self, late: Sequence[ClaimedNotice], values: dict[str, Any], *, now: datetime, code: str
    ) -> None:
        owner, way = await self._clinics.key(late[0].clinic), late[0].way

        def write(conn: Connection) -> None:
            conn.execute(_SETTLE, [_place(notice) | values for notice in late])
            note = f"{way.means.value}: {code}"
            open_task_row(conn, self._vault, owner, None, UNDELIVERED, _task_key(way), at=now, note=note)
            for notice in late:
                give_way(conn, notice, now)

        await self._database.of(owner.clinic).write(write, wakes=(Wake.ALERTS,))

    async def drop(self, over: Sequence[ClaimedNotice], *, now: datetime) -> None:
        """End them: they need not be told any more."""
        database = self._database.of_all(notice.clinic for notice in over)
        await database.write(lambda conn: _end(conn, over, "cancelled", now, ""))

    async def next_due(self, clinic: ClinicId, means: Means) -> datetime | None:
        """Return when the next one of a clinic on these means becomes due, or None."""
        values = {"of_clinic": clinic, "on_means": means.value}
        return await self._database.of(clinic).read(lambda conn: conn.scalar(_NEXT, values))


def taker(vault: Vault, owner: ClinicKey, alert: Row[Any]) -> str:
    """Return the name of who took an alert, from a row of `alerts` with `name` of `staff` beside it.

    A program has no name there: it is called `api:` and its token's id, as in the record of acts.
    """
    if alert.taken_by:
        return vault.open_text(owner, "staff", alert.taken_by, "name", alert.name) or str(alert.taken_by)
    return vault.open_text(owner, "alerts", alert.id, "taken_name", alert.taken_name)


def _end(conn: Connection, ended: Sequence[ClaimedNotice], state: str, now: datetime, code: str) -> None:
    values = {"state": state, "settled_at": now, "lease_until": None, "code": code}
    conn.execute(_SETTLE, [_place(notice) | values for notice in ended])


def _task_key(way: Way) -> str:
    return f"{UNDELIVERED}:{way.staff}:{way.means.value}"


def _place(notice: ClaimedNotice) -> dict[str, Any]:
    return {"clinic": notice.clinic, "row": notice.id, "held_fence": notice.fence}
