"""What is said to strangers who are not let in: queued once in a while, sent like every other message.

They have no patient's key: where they are reached is sealed under the clinic's, and gone once it is said.
A try that may have arrived is not repeated: one answer is what a stranger gets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, null, select, update

from handlers.core.changes import Change, TurnAway
from handlers.core.codec import decode_body, encode_body
from handlers.core.values import ChannelKind, ClinicId, ContactPoint, PatientId
from handlers.ports import OutboxRow, Then
from storage.claims import claim, is_leased
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.row_ids import fresh_id
from storage.row_security import EachClinic
from storage.sql import changed
from storage.states import SendState, Wake
from storage.tables import turned_away
from storage.types import is_one_of, moment_param

LIFE: Final = timedelta(hours=1)
"""An answer that could not be sent for so long is not sent any more."""
REMEMBERED: Final = timedelta(days=2)

_t = turned_away
_IS_PENDING = is_one_of(_t.c.state, SendState.QUEUED, SendState.SENDING)
_WAS_SENDING = _t.c.state == SendState.SENDING.value
_SAID = select(func.max(_t.c.at)).where(
    _t.c.clinic_id == bindparam("clinic"),
    _t.c.address_index == bindparam("index"),
    _t.c.channel == bindparam("at_channel"),
    _t.c.account == bindparam("at_account"),
    _t.c.kind == bindparam("of_kind"),
)
_CLAIM = claim(
    _t,
    due=(_IS_PENDING, _t.c.not_before <= moment_param("now")),
    ahead=(
        _t.c.clinic_id == bindparam("clinic"),
        _t.c.channel == bindparam("at_channel"),
        _t.c.account == bindparam("at_account"),
    ),
    order=(_t.c.not_before, _t.c.id),
    also={
        "state": SendState.SENDING.value,
        "attempts": _t.c.attempts + 1,
        "uncertain": _t.c.uncertain + case((_WAS_SENDING, 1), else_=0),
    },
)
_SETTLE = update(_t).where(*is_leased(_t), _WAS_SENDING)
_IS_OURS = select(_t.c.id).where(*is_leased(_t), _WAS_SENDING)
_NEXT = select(func.min(_t.c.not_before)).where(
    _t.c.state == SendState.QUEUED.value, _t.c.not_before > moment_param("now")
)
_FORGET = delete(_t).where(_t.c.at < moment_param("before"))
_GONE: Final[Mapping[str, Any]] = {"address": null(), "body": null(), "lease_until": None}


def turn_away(
    conn: Connection, vault: Vault, owner: ClinicKey, point: ContactPoint, change: TurnAway
) -> None:
    """Queue what is said to a stranger, unless it was said there a short while ago."""
    place = {
        "clinic": owner.clinic,
        "index": vault.index(owner, "address", point.channel, point.account, point.address),
        "at_channel": point.channel.value,
        "at_account": point.account,
    }
    said = conn.scalar(_SAID, place | {"of_kind": change.kind})
    if said is not None and said > change.at - change.every:
        return
    row_id = fresh_id()
    values = {
        "clinic_id": owner.clinic,
        "id": row_id,
        "channel": point.channel.value,
        "account": point.account,
        "address_index": place["index"],
        "kind": change.kind,
        "address": vault.seal_text(owner, "turned_away", row_id, "address", point.address),
        "body": vault.seal_text(owner, "turned_away", row_id, "body", encode_body(change.body)),
        "state": SendState.QUEUED.value,
        "at": change.at,
        "not_before": change.at,
        "expires_at": change.at + LIFE,
    }
    conn.execute(insert(_t), values)


@dataclass(frozen=True, slots=True)
class Strangers:
    """Implements handlers.ports.Outbox over what waits to be said to strangers."""

    database: Database
    vault: Vault
    clinics: Clinics

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
        """Take the oldest due answers at this account."""
        place = {"clinic": clinic, "at_channel": channel.value, "at_account": account}
        times = {"now": now, "now_system": now_system, "until": now_system + lease, "limit": limit}
        database = self._of(clinic)
        rows = await database.write(lambda conn: conn.execute(_CLAIM, place | times).all())
        if not rows:
            return []
        key = await self.clinics.key(clinic)
        return [_opened(self.vault, key, row) for row in rows]

    async def settle_sent(self, row: OutboxRow, provider_id: str, *, now: datetime) -> bool:
        """Mark as said: where it went is forgotten; False if the lease was lost."""
        return await self._settle(row, {"state": SendState.SENT.value, "settled_at": now, **_GONE})

    async def postpone(  # noqa: PLR0913 - what the sender says of a failed try
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
        """Give back for later; one that may have arrived is not tried again."""
        if uncertain:
            return await self.settle_failed(row, code=code, state=SendState.UNKNOWN.value, now=now)
        attempts = row.attempts - 1 if free else row.attempts
        values = {"state": SendState.QUEUED.value, "not_before": until, "code": code, "attempts": attempts}
        return await self._settle(row, values | {"lease_until": None, "taken": taken or row.taken})

    async def rest(self, row: OutboxRow, *, until_system: datetime, code: str, taken: int = 0) -> bool:
        """Give back without counting the try: given out again from `until_system` on."""
        values = {"state": SendState.QUEUED.value, "lease_until": until_system, "code": code}
        return await self._settle(row, values | {"attempts": row.attempts - 1, "taken": taken or row.taken})

    async def why_not(self, row: OutboxRow) -> str | None:
        """Return "": nobody calls these off; None if the lease is lost."""
        place = _place(row)
        found = await self._of(row.clinic).read(lambda conn: conn.scalar(_IS_OURS, place), brief=True)
        return None if found is None else ""

    async def settle_failed(  # noqa: PLR0913 - the port's
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
        """End it, however: nothing follows for anybody, since there is nobody."""
        return await self._settle(row, {"state": state, "code": code, "settled_at": now, **_GONE})

    async def next_due(self, *, now: datetime) -> datetime | None:
        """Return when the next answer that is not due yet becomes so, or None."""
        return await self.database.read(lambda conn: conn.scalar(_NEXT, {"now": now}))

    async def forget_old(self, *, now: datetime) -> None:
        """Forget whom we answered days ago, and where."""
        await self.database.write(lambda conn: conn.execute(_FORGET, {"before": now - REMEMBERED}))

    async def _settle(self, row: OutboxRow, values: dict[str, Any]) -> bool:
        statement, place = _SETTLE.values(values), _place(row)
        database = self._of(row.clinic)
        return await database.write(lambda conn: changed(conn, statement, place), wakes=(Wake.SENT,))

    def _of(self, clinic: str) -> Database:
        return EachClinic(self.database).of(clinic)


def _opened(vault: Vault, key: ClinicKey, row: Row[Any]) -> OutboxRow:
    """Return a claimed answer as the sender takes it; the window is open, since they have just written."""
    address = vault.open_text(key, "turned_away", row.id, "address", row.address)
    body = vault.open_text(key, "turned_away", row.id, "body", row.body)
    return OutboxRow(
        id=row.id,
        clinic=ClinicId(row.clinic_id),
        patient=PatientId(""),
        contact="",
        point=ContactPoint(ChannelKind(row.channel), row.account, address),
        body=decode_body(body),
        attempts=row.attempts,
        uncertain=row.uncertain,
        fence=row.fence,
        expires_at=row.expires_at,
        resend_if_uncertain=False,
        window_open=True,
        code=row.code,
        taken=row.taken,
    )


def _place(row: OutboxRow) -> dict[str, Any]:
    return {"clinic": row.clinic, "row": row.id, "held_fence": row.fence}
