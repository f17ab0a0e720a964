"""The outbox: messages given out in order, settled by whoever still holds the lease."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, bindparam, case, func, not_, or_, select, update

from handlers.core.case import Case
from handlers.core.changes import Change
from handlers.core.messages import Lane
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import LeaseLost, NotFound
from handlers.ports import OutboxRow, Then
from storage.accounts import HOLD
from storage.claims import Unheard, claim, is_leased, renewal, taken_up
from storage.engine import Database
from storage.in_the_way import ACCOUNT_IS_HELD, IN_THE_WAY
from storage.keys import Vault
from storage.outgoing import opened, to_open
from storage.patient_keys import PatientKeys
from storage.row_security import EachClinic
from storage.sql import changed
from storage.states import SendState, Wake
from storage.tables import outbox
from storage.types import is_one_of, is_word, moment_param
from storage.unit_of_work import UnitOfWork

_o = outbox
_IS_PENDING = is_one_of(_o.c.state, SendState.QUEUED, SendState.SENDING)
_WAS_SENDING = _o.c.state == SendState.SENDING.value
_CLAIM = claim(
    outbox,
    due=(_IS_PENDING,),
    ahead=(
        _o.c.clinic_id == bindparam("clinic"),
        _o.c.channel == bindparam("at_channel"),
        _o.c.account == bindparam("at_account"),
        _o.c.not_before <= moment_param("now"),
        or_(not_(is_word(_o.c.lane, Lane.TURN)), not_(IN_THE_WAY)),
        not_(ACCOUNT_IS_HELD),
    ),
    order=(_o.c.lane, _o.c.not_before, _o.c.seq),
    also={
        "state": SendState.SENDING.value,
        "attempts": _o.c.attempts + 1,
        "holder": bindparam("by"),
        "uncertain": _o.c.uncertain + case((_WAS_SENDING, 1), else_=0),
        "ambiguous_at": case((_WAS_SENDING, moment_param("now")), else_=_o.c.ambiguous_at),
    },
)
"""The lanes' names happen to sort as they go: card, staff, turn; an index can hold that order.

A row found `sending` with its lease run out may have arrived: that is counted as an ambiguous send.
"""
_RENEW = renewal(
    outbox,
    _WAS_SENDING,
    _o.c.clinic_id == bindparam("clinic"),
    _o.c.channel == bindparam("at_channel"),
    _o.c.account == bindparam("at_account"),
)
_BECOMES = bindparam("becomes", type_=Text)
_CALLED_OFF = and_(_o.c.cancelled != "", _BECOMES.in_([SendState.QUEUED.value, SendState.HELD.value]))
_SETTLE = (
    update(outbox)
    .where(*is_leased(outbox), _WAS_SENDING)
    .values(
        state=case((_CALLED_OFF, SendState.CANCELLED.value), else_=_BECOMES),
        code=case((_CALLED_OFF, _o.c.cancelled), else_=bindparam("because", type_=Text)),
    )
)
"""What was cancelled while it was being sent is never sent later."""
_HAS_ENDED = select(1).where(*is_leased(outbox), _o.c.state == _BECOMES, _o.c.lease_until.is_(None))
_ENDED_BY = ("clinic", "row", "held_fence", "becomes")
_SETTLE_SENT = (
    update(outbox)
    .where(
        *is_leased(outbox),
        is_one_of(
            _o.c.state,
            SendState.SENDING,
            SendState.SENT,
            SendState.DELIVERED,
            SendState.READ,
            SendState.FAILED,
        ),
    )
    .values(
        state=case((_WAS_SENDING, SendState.SENT.value), else_=_o.c.state),
        sent_at=func.coalesce(_o.c.sent_at, moment_param("moment")),
        settled_at=func.coalesce(_o.c.settled_at, moment_param("moment")),
        lease_until=None,
    )
)
"""A receipt may be faster than the service's reply: then the state is further already and stays."""
_REST = (
    update(outbox)
    .where(*is_leased(outbox), _WAS_SENDING)
    .values(
        state=case((_o.c.cancelled != "", SendState.CANCELLED.value), else_=SendState.QUEUED.value),
        code=case((_o.c.cancelled != "", _o.c.cancelled), else_=bindparam("because", type_=Text)),
        lease_until=case((_o.c.cancelled != "", None), else_=moment_param("until")),
        attempts=_o.c.attempts - 1,
    )
)
"""What rests is leased to nobody: nothing of its conversation passes it, and its place is kept."""
_WHY_NOT = select(_o.c.cancelled).where(*is_leased(outbox), _WAS_SENDING)
_FORGET = (
    update(outbox)
    .where(_o.c.clinic_id == bindparam("clinic"), _o.c.id.in_(bindparam("rows", expanding=True)))
    .values(state=SendState.CANCELLED.value, code="erased", lease_until=None)
)
"""Whose patient's key is destroyed can't be opened by anybody: nothing of it is sent."""
_NEXT = select(func.min(_o.c.not_before)).where(
    is_word(_o.c.state, SendState.QUEUED), _o.c.not_before > moment_param("now")
)


class OutboxStore:
    """Implements handlers.ports.Outbox."""

    def __init__(self, database: Database, vault: Vault, keys: PatientKeys, uow: UnitOfWork) -> None:
        """Take the unit of work that writes what follows from a failed send."""
        self._database = EachClinic(database)
        self._vault = vault
        self._keys = keys
        self._uow = uow
        self._unheard: defaultdict[tuple[str, ...], Unheard] = defaultdict(Unheard)

    async def claim(  # noqa: PLR0913 - an account is named by three words
        self,
        clinic: ClinicId,
        channel: ChannelKind,
        account: str,
        *,
        now: datetime,
        now_system: datetime,
        lease: timedelta,
        limit: int,
    ) -> list[OutboxRow]:
        """Take the oldest due rows of different conversations at this account, cards and staff first."""
        place = {"clinic": clinic, "at_channel": channel.value, "at_account": account}
        times = {"now": now, "now_system": now_system, "until": now_system + lease, "limit": limit}
        times["held_since"] = now - HOLD
        claims = self._unheard[tuple(place.values())]
        with claims.claiming(now_system, now_system + lease) as unheard:
            values = place | times | {"by": claims.mark}
            rows = await self._database.of(clinic).write(lambda conn: _claim(conn, values, unheard))
        return [opened(self._vault, row, now) for row in rows]

    async def settle_sent(self, row: OutboxRow, provider_id: str, *, now: datetime) -> bool:
        """Mark as sent; False if the lease was lost (nothing changed then)."""
        point, values = row.point, _place(row) | {"moment": now}
        key = await self._keys.find(row.clinic, row.patient)
        if key is not None and provider_id:
            index = self._vault.index(key.owner, "provider", point.channel, point.account, provider_id)
            sealed = self._vault.seal(key, "outbox", row.id, "provider_id", provider_id)
            values |= {"provider_index": index, "provider_id": sealed}
        return await self._database.of(row.clinic).write(
            lambda conn: changed(conn, _SETTLE_SENT, values), wakes=(Wake.SENT,)
        )

    async def postpone(  # noqa: PLR0913 - all that a failed send leaves behind
        self,
        row: OutboxRow,
        *,
        until: datetime,
        code: str,
        free: bool,
        uncertain: bool,
        now: datetime,
        taken: int = 0,
    ) -> bool:
        """Give back for later; `free` burns no attempt, `uncertain` records an ambiguous send."""
        values: dict[str, Any] = {"becomes": SendState.QUEUED.value, "not_before": until, "lease_until": None}
        values |= {"because": code, "attempts": row.attempts - 1 if free else row.attempts}
        values["taken"] = taken or row.taken
        if uncertain:
            values |= {"uncertain": row.uncertain + 1, "ambiguous_at": now}
        return await self._database.of(row.clinic).write(
            lambda conn: changed(conn, _SETTLE, _place(row) | values), wakes=(Wake.SENT,)
        )

    async def rest(self, row: OutboxRow, *, until_system: datetime, code: str, taken: int = 0) -> bool:
        """Give back: no attempt is counted, nothing of its conversation passes it, `taken` parts arrived."""
        values = _place(row) | {"because": code, "until": until_system, "taken": taken or row.taken}
        return await self._database.of(row.clinic).write(
            lambda conn: changed(conn, _REST, values), wakes=(Wake.SENT,)
        )

    async def why_not(self, row: OutboxRow) -> str | None:
        """Return why a claimed message was called off since, "" if it may go; None if the lease is lost."""
        place = _place(row)
        return await self._database.of(row.clinic).read(lambda conn: conn.scalar(_WHY_NOT, place), brief=True)

    async def settle_failed(  # noqa: PLR0913 - an end, and what follows from it
        self,
        row: OutboxRow,
        *,
        code: str,
        state: str,
        now: datetime,
        changes: Sequence[Change] = (),
        uncertain: bool = False,
        free: bool = False,
        then: Then | None = None,
    ) -> bool:
        """End as failed, unknown, expired or held, with what follows from it, in one transaction.

        Asked again because the commit's reply was lost, it says True and changes nothing twice.
        """
        values = _place(row) | {"becomes": SendState(state).value, "because": code, "lease_until": None}
        if state != SendState.HELD:
            values["settled_at"] = now
        if free:
            values["attempts"] = row.attempts - 1
        if uncertain:
            values |= {"uncertain": row.uncertain + 1, "ambiguous_at": now}
        if changes or then is not None:
            with suppress(NotFound):  # the patient is erased: then nothing follows for anybody
                return await self._with_changes(row, values, changes, then, now)
        return await self._database.of(row.clinic).write(
            lambda conn: changed(conn, _SETTLE, values) or _has_ended(conn, values), wakes=(Wake.SENT,)
        )

    async def next_due(self, *, now: datetime) -> datetime | None:
        """Return when the next message that is not due yet becomes so, or None."""
        return await self._database.times.read(lambda conn: conn.scalar(_NEXT, {"now": now}))

    async def _with_changes(
        self,
        row: OutboxRow,
        values: dict[str, Any],
        changes: Sequence[Change],
        then: Then | None,
        now: datetime,
    ) -> bool:
        def settle(conn: Connection) -> None:
            if not changed(conn, _SETTLE, values):
                raise LeaseLost("the message is no longer ours")

        case_now = await self._uow.case_of(row.clinic, row.patient)
        if values["becomes"] == SendState.HELD and _has_opened(case_now, row, now):
            # Whoever wrote meanwhile let go what was held then: this must not be held behind their back.
            return await self.postpone(row, until=now, code="", free=True, uncertain=False, now=now)
        follows = [*changes, *(then(case_now) if then is not None else ())]
        try:
            await self._uow.save(case_now, follows, first=settle)
        except LeaseLost:
            return await self._database.of(row.clinic).read(lambda conn: _has_ended(conn, values))
        return True


def _claim(conn: Connection, values: dict[str, Any], unheard: list[datetime]) -> list[Row[Any]]:
    rows = taken_up(conn, _RENEW, values, unheard) or conn.execute(_CLAIM, values)
    taken = [row.id for row in rows]
    if not taken:
        return []
    found = to_open(conn, values["clinic"], taken)
    if len(found) < len(taken):
        erased = sorted({*taken} - {row.id for row in found})
        conn.execute(_FORGET, {"clinic": values["clinic"], "rows": erased})
    return sorted(found, key=lambda row: (row.lane, row.not_before, row.seq))


def _has_opened(case_now: Case, row: OutboxRow, now: datetime) -> bool:
    """Say whether the window of a row that was claimed when it was closed is open by now."""
    there = next((one for one in (case_now.contact, *case_now.others) if one.id == row.contact), None)
    closes = there.window_closes_at if there is not None and not row.window_open else None
    return closes is not None and now < closes


def _has_ended(conn: Connection, values: dict[str, Any]) -> bool:
    """Say whether this very claim has ended in this way already."""
    return conn.scalar(_HAS_ENDED, {name: values[name] for name in _ENDED_BY}) is not None


def _place(row: OutboxRow) -> dict[str, Any]:
    return {"clinic": row.clinic, "row": row.id, "held_fence": row.fence}
