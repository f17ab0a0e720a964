"""Channel accounts: their secrets, whether they are held, where polling stands and who polls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, case, delete, or_, select, update

from handlers.core.values import ChannelKind, ClinicId, ContactPoint
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.sql import changed, insert_new
from storage.states import AccountState
from storage.tables import channel_accounts as accounts, clinics
from storage.types import is_one_of, is_word, moment_param

_IS = (
    accounts.c.clinic_id == bindparam("clinic"),
    accounts.c.channel == bindparam("at_channel"),
    accounts.c.account == bindparam("at_account"),
)
_NEW = insert_new(accounts)
_ALL = (
    select(accounts, clinics.c.wrapped_key)
    .join(clinics, clinics.c.id == accounts.c.clinic_id)
    .order_by(accounts.c.clinic_id, accounts.c.channel, accounts.c.account)
)
_CHANGE = update(accounts).where(*_IS)
_REMOVE = delete(accounts).where(*_IS)
_REFUSED = is_word(accounts.c.state, AccountState.REFUSED)
_REFUSE = _CHANGE.values(
    state=AccountState.REFUSED.value,
    reason=bindparam("because"),
    held_at=case((_REFUSED, accounts.c.held_at), else_=moment_param("moment")),
)
_HOLD = _CHANGE.values(
    state=AccountState.HELD.value, reason=bindparam("because"), held_at=moment_param("moment")
)
_IS_UNWELL = is_one_of(accounts.c.state, AccountState.REFUSED, AccountState.HELD)
_WELL = _CHANGE.where(_IS_UNWELL).values(state=AccountState.ACTIVE.value, reason="", held_at=None)
_STANDING = (
    select(accounts.c.channel, accounts.c.account, accounts.c.state, accounts.c.reason, accounts.c.held_at)
    .where(accounts.c.clinic_id == bindparam("clinic"))
    .order_by(accounts.c.channel, accounts.c.account)
)
_LEASE = (
    update(accounts)
    .where(
        *_IS,
        or_(
            accounts.c.lease_until.is_(None),
            accounts.c.lease_until <= moment_param("now_system"),
            accounts.c.lease_holder == bindparam("holder"),
        ),
    )
    .values(lease_holder=bindparam("holder"), lease_until=moment_param("until"), fence=accounts.c.fence + 1)
    .returning(accounts.c.fence)
)
_RELEASE = (
    update(accounts)
    .where(*_IS, accounts.c.lease_holder == bindparam("holder"))
    .values(lease_holder="", lease_until=None)
)
HOLD: Final = timedelta(minutes=5)
"""How long nothing leaves through an account that is held."""


@dataclass(frozen=True, slots=True)
class Account:
    """A clinic's account at a messaging service. `config` holds its tokens: never log it."""

    clinic: ClinicId
    channel: ChannelKind
    name: str
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account is: `refused` by its service since `since`, for `reason` (the service's code)."""

    channel: str
    name: str
    refused: bool
    reason: str
    since: datetime | None


class Accounts:
    """All channel accounts."""

    def __init__(self, database: Database, vault: Vault, clinic_keys: Clinics) -> None:
        """Take the keys under which tokens are sealed."""
        self._database = database
        self._vault = vault
        self._clinics = clinic_keys

    async def create(
        self, clinic: ClinicId, channel: ChannelKind, name: str, config: Mapping[str, str]
    ) -> None:
        """Add an account, or give the one that is there its new tokens."""
        place = _place(clinic, channel, name)
        sealed = self._seal(await self._clinics.key(clinic), channel, name, config)
        new = {"clinic_id": clinic, "channel": channel.value, "account": name, "config": sealed}

        def write(conn: Connection) -> None:
            if not conn.execute(_NEW, new).rowcount:
                conn.execute(_CHANGE, place | {"config": sealed})

        await self._database.write(write)

    async def all(self) -> list[Account]:
        """Return every account of every clinic."""
        rows = await self._database.read(lambda conn: conn.execute(_ALL).all())
        return [self._account(row) for row in rows]

    async def remove(self, clinic: ClinicId, channel: ChannelKind, name: str) -> bool:
        """Forget an account and its tokens; say whether there was one."""
        place = _place(clinic, channel, name)
        return await self._database.write(lambda conn: conn.execute(_REMOVE, place).rowcount > 0)

    async def refused(
        self, clinic: ClinicId, channel: ChannelKind, name: str, *, reason: str, now: datetime
    ) -> None:
        """Note that the service refuses an account; told again, it stays refused since the first time."""
        values = _place(clinic, channel, name) | {"because": reason, "moment": now}
        await self._database.write(lambda conn: changed(conn, _REFUSE, values))

    async def works(self, clinic: ClinicId, channel: ChannelKind, name: str) -> bool:
        """Note that the service takes an account; say whether it was refused before."""
        place = _place(clinic, channel, name)
        return await self._database.write(lambda conn: changed(conn, _WELL, place))

    async def standing(self, clinic: ClinicId) -> Sequence[Standing]:
        """Return how each of a clinic's accounts is. No token is opened for it."""
        rows = await self._database.read(lambda conn: conn.execute(_STANDING, {"clinic": clinic}).all())
        return tuple(
            Standing(row.channel, row.account, row.state != AccountState.ACTIVE, row.reason, row.held_at)
            for row in rows
        )

    async def lease(
        self,
        clinic: ClinicId,
        channel: ChannelKind,
        name: str,
        *,
        holder: str,
        now_system: datetime,
        lease: timedelta,
    ) -> int | None:
        """Take or keep the account's lease for `holder`; return its fence, or None if another holds it."""
        values = _place(clinic, channel, name) | {"holder": holder}
        values |= {"now_system": now_system, "until": now_system + lease}
        return await self._database.write(lambda conn: conn.scalar(_LEASE, values))

    async def give_up(self, clinic: ClinicId, channel: ChannelKind, name: str, *, holder: str) -> None:
        """End a lease early, so that another process can go on at once."""
        values = _place(clinic, channel, name) | {"holder": holder}
        await self._database.write(lambda conn: changed(conn, _RELEASE, values))

    def _seal(self, key: ClinicKey, channel: ChannelKind, name: str, config: Mapping[str, str]) -> bytes:
        return self._vault.seal(
            key, "channel_accounts", f"{channel}:{name}", "config", json.dumps(dict(config))
        )

    def _account(self, row: Row[Any]) -> Account:
        key = ClinicKey(row.clinic_id, row.wrapped_key)
        place = f"{row.channel}:{row.account}"
        config = self._vault.open_text(key, "channel_accounts", place, "config", row.config)
        return Account(
            ClinicId(row.clinic_id),
            ChannelKind(row.channel),
            row.account,
            json.loads(config) if config else {},
        )


def hold(conn: Connection, clinic: str, point: ContactPoint, *, reason: str, now: datetime) -> None:
    """Let nothing leave through an account that its service refuses, by `reason`, in a receipt or in news.

    Told again, it is held anew: after HOLD its sender tries.
    """
    conn.execute(_HOLD, _place(clinic, point.channel, point.account) | {"because": reason, "moment": now})


def works(conn: Connection, clinic: str, point: ContactPoint) -> None:
    """Note that an account works: the service says so, or what was sent since arrived."""
    conn.execute(_WELL, _place(clinic, point.channel, point.account))


def _place(clinic: str, channel: ChannelKind, name: str) -> dict[str, Any]:
    return {"clinic": clinic, "at_channel": channel.value, "at_account": name}
