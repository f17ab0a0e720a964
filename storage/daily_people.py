"""Whom a clinic's accounts have written to first in the last 24 hours, and how many more they may.

The limit is the business portfolio's, not the number's. Nothing tells us which numbers share one, so all of
a clinic's are counted together: fewer are written to than might be where they don't. A portfolio that two
clinics share is not known of. The count stands in the database, so that a restart forgets nothing. Times
are business time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Integer, bindparam, delete, func, or_, select

from handlers.core.tiers import AT_START, DAY, NEWS, limit_in_news, own_limit, usable
from handlers.core.values import ChannelKind, ClinicId, ContactPoint
from storage.clinics import Clinics
from storage.engine import Database
from storage.keys import Vault
from storage.sql import upsert
from storage.states import SendState
from storage.tables import (
    account_limits,
    channel_accounts,
    channel_news,
    clinics,
    contact_points,
    first_words,
    outbox,
)
from storage.types import is_one_of, moment_param

_w, _n = first_words, channel_news


def _together(table: Any) -> tuple[Any, ...]:
    return table.c.clinic_id == bindparam("clinic"), table.c.channel == bindparam("at_channel")


_COUNTS: Final = (*_together(_w), _w.c.at > moment_param("since"))
_LOCK = (
    select(channel_accounts.c.account)
    .where(*_together(channel_accounts))
    .order_by(channel_accounts.c.account)
    .with_for_update()
)
"""Always in the same order, and before anything else: two that take a place never wait for each other."""
_LIMIT = select(account_limits.c.people, account_limits.c.seen_at).where(
    *_together(account_limits), account_limits.c.account == bindparam("at_account")
)
_TEXTS = select(clinics.c.texts).where(clinics.c.id == bindparam("clinic"))
_NEWS = (
    select(_n.c.about, _n.c.now, _n.c.reason, _n.c.at)
    .where(*_together(_n), _n.c.subject == "", _n.c.about.in_(NEWS))
    .order_by(_n.c.at.desc())
    .limit(20)
)
# The hash is of the address at its account: who is written to by two numbers counts twice, which is safe.
_KNOWN = select(_w.c.at).where(*_COUNTS, _w.c.address_index == bindparam("address"))
_USED = select(func.count()).select_from(_w).where(*_COUNTS)
_IN_ORDER = (
    select(_w.c.at)
    .where(*_COUNTS)
    .order_by(_w.c.at)
    .offset(bindparam("skipped", type_=Integer))
    .limit(bindparam("most", type_=Integer))
)
_WAITING = (
    select(func.count(outbox.c.conversation.distinct()))
    .join(
        contact_points,
        (contact_points.c.clinic_id == outbox.c.clinic_id) & (contact_points.c.id == outbox.c.contact_id),
    )
    .where(
        *_together(outbox),
        is_one_of(outbox.c.state, SendState.QUEUED, SendState.SENDING),
        outbox.c.follow_up_id.is_not(None),
        or_(
            contact_points.c.window_closes_at.is_(None),
            contact_points.c.window_closes_at <= moment_param("now"),
        ),
        outbox.c.conversation.not_in(select(_w.c.address_index).where(*_COUNTS)),
    )
)
_NOTE = upsert(_w, "at")
_SET = upsert(account_limits, "people", "seen_at")
_FORGET = delete(_w).where(_w.c.at <= moment_param("since"))


@dataclass(frozen=True, slots=True)
class Usage:
    """How full a day is: people written to first, those whose opening waits, the limit."""

    used: int
    waiting: int
    limit: int

    @property
    def free(self) -> int:
        """Return how many more may be written to now."""
        return max(usable(self.limit) - self.used - self.waiting, 0)


class DailyPeople:
    """The count of every account."""

    def __init__(self, database: Database, vault: Vault, clinics: Clinics) -> None:
        """Take the keys of the addresses' hashes."""
        self._database = database
        self._vault = vault
        self._clinics = clinics

    async def take(self, clinic: ClinicId, point: ContactPoint, *, now: datetime) -> datetime | None:
        """Count somebody who is written to first now; None if there is room, else when there will be."""
        key = await self._clinics.key(clinic)
        address = self._vault.index(key, "address", point.channel, point.account, point.address)
        values = _place(clinic, point.channel, point.account, now)
        return await self._database.write(lambda conn: _take(conn, values, address))

    async def usage(self, clinic: ClinicId, channel: ChannelKind, account: str, *, now: datetime) -> Usage:
        """Return how full the account's day is."""
        values = _place(clinic, channel, account, now)
        return await self._database.read(lambda conn: usage_of(conn, values))

    async def set_limit(
        self, clinic: ClinicId, channel: ChannelKind, account: str, people: int, *, now: datetime
    ) -> None:
        """Keep what the service answers now."""
        place = {"clinic_id": clinic, "channel": channel.value, "account": account}
        await self._database.write(
            lambda conn: conn.execute(_SET, place | {"people": people, "seen_at": now})
        )

    async def forget_old(self, *, now: datetime) -> None:
        """Remove what no longer counts."""
        await self._database.write(lambda conn: conn.execute(_FORGET, {"since": now - DAY}))


def usage_at(conn: Connection, clinic: str, channel: ChannelKind, account: str, now: datetime) -> Usage:
    """Return how full an account's day is, on a connection that is open."""
    return usage_of(conn, _place(ClinicId(clinic), channel, account, now))


def usage_of(conn: Connection, values: dict[str, Any]) -> Usage:
    """Return how full the account's day is that `values` name."""
    used, waiting = conn.scalar(_USED, values) or 0, conn.scalar(_WAITING, values) or 0
    return Usage(used, waiting, _limit(conn, values))


def places_at(
    conn: Connection, clinic: str, channel: ChannelKind, account: str, now: datetime, most: int
) -> Sequence[datetime]:
    """Return when the account's next `most` places are free, the first one first; a free one is free now."""
    values = _place(ClinicId(clinic), channel, account, now)
    usage = usage_of(conn, values)
    skipped = max(usage.used + usage.waiting - usable(usage.limit), 0)
    frees = conn.scalars(_IN_ORDER, values | {"skipped": skipped, "most": most}).all()
    return [*[now] * min(usage.free, most), *(at + DAY for at in frees)][:most]


def _take(conn: Connection, values: dict[str, Any], address: bytes) -> datetime | None:
    conn.execute(_LOCK, values)
    if conn.scalar(_KNOWN, values | {"address": address}) is None:
        over = (conn.scalar(_USED, values) or 0) - usable(_limit(conn, values))
        if over >= 0:
            freed: datetime = conn.scalars(_IN_ORDER, values | {"skipped": over, "most": 1}).one()
            return freed + DAY
    row = {"clinic_id": values["clinic"], "channel": values["at_channel"], "account": values["at_account"]}
    conn.execute(_NOTE, row | {"address_index": address, "at": values["now"]})
    return None


def _limit(conn: Connection, values: dict[str, Any]) -> int:
    """Return how many the service allows, or fewer where the clinic wants to pay for fewer."""
    texts = conn.scalar(_TEXTS, values)
    return min(_allowed(conn, values), own_limit(json.loads(texts or "{}")))


def _allowed(conn: Connection, values: dict[str, Any]) -> int:
    """Return the newest word of the service: its answer to our question, or news of any account."""
    asked = conn.execute(_LIMIT, values).first()
    for row in conn.execute(_NEWS, values):
        told = limit_in_news(row.about, row.now, row.reason)
        if told is not None and (asked is None or row.at > asked.seen_at):
            return told
    return asked.people if asked is not None else AT_START


def _place(clinic: ClinicId, channel: ChannelKind, account: str, now: datetime) -> dict[str, Any]:
    place = {"clinic": clinic, "at_channel": channel.value, "at_account": account}
    return place | {"now": now, "since": now - DAY}
