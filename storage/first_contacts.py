"""Which planned contacts would write to somebody first at a channel, and which places there are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select

from handlers.core.allotment import AHEAD, Demand, is_wanted
from handlers.core.case import FollowUpState, Reach
from handlers.core.ramp import Overdue
from handlers.core.tiers import DAY
from handlers.core.values import ChannelKind, ClinicId
from storage.claims import is_free
from storage.daily_people import places_at
from storage.engine import Database
from storage.tables import contact_points, first_words, follow_ups
from storage.types import is_one_of, is_word, moment_param

_f, _c, _other = follow_ups, contact_points, contact_points.alias("other")
_IS_USED_MORE = (
    select(1)
    .where(
        _other.c.clinic_id == _c.c.clinic_id,
        _other.c.patient_id == _c.c.patient_id,
        _other.c.id != _c.c.id,
        is_word(_other.c.reach, Reach.ACTIVE),
        _other.c.preferred >= _c.c.preferred,
        _other.c.last_heard_at > _c.c.last_heard_at,
    )
    .exists()
)
_IS_COUNTED = (
    select(1)
    .where(
        first_words.c.clinic_id == _c.c.clinic_id,
        first_words.c.channel == _c.c.channel,
        first_words.c.account == _c.c.account,
        first_words.c.address_index == _c.c.address_index,
        first_words.c.at > moment_param("since"),
    )
    .exists()
)
_DEMAND = (
    select(_f.c.clinic_id, _f.c.id, _f.c.step, _f.c.zone, _f.c.next_at, _f.c.window_end, _f.c.state)
    .join(_c, and_(_c.c.clinic_id == _f.c.clinic_id, _c.c.patient_id == _f.c.patient_id))
    .where(
        _f.c.clinic_id == bindparam("clinic"),
        _f.c.next_at <= moment_param("until"),
        # Of what is due later only those are read that end soon: the rest can wait a day.
        or_(_f.c.next_at <= moment_param("now"), _f.c.window_end <= moment_param("soon")),
        _f.c.window_end > moment_param("now"),
        is_one_of(_f.c.state, FollowUpState.SCHEDULED, FollowUpState.IN_PROGRESS),
        is_free(_f),
        _c.c.channel == bindparam("at_channel"),
        is_word(_c.c.reach, Reach.ACTIVE),
        or_(_c.c.window_closes_at.is_(None), _c.c.window_closes_at <= moment_param("now")),
        ~_IS_USED_MORE,
        ~_IS_COUNTED,
    )
    .distinct()
)
"""The clinic's accounts share their places. Who is as well known at two of them needs one."""


class FirstContacts:
    """Looks at one channel's accounts together."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing that is read here is sealed."""
        self._database = database

    async def demand(
        self, clinic: ClinicId, channel: ChannelKind, account: str, *, now: datetime, now_system: datetime
    ) -> Demand:
        """Return the contacts that need a place, and as many places, by the limit of `account`."""
        values: dict[str, Any] = {"clinic": clinic, "at_channel": channel.value}
        values |= {
            "now": now,
            "until": now + AHEAD,
            "soon": now + AHEAD + DAY,
            "since": now - DAY,
            "now_system": now_system,
        }

        def look(conn: Any) -> Demand:
            found = [_overdue(row) for row in conn.execute(_DEMAND, values)]
            due = tuple(one for one in found if is_wanted(one, now))
            if not due:
                return Demand()
            return Demand(due, tuple(places_at(conn, clinic, channel, account, now, len(due))))

        return await self._database.read(look)


def _overdue(row: Row[Any]) -> Overdue:
    return Overdue(
        ClinicId(row.clinic_id),
        row.id,
        row.step,
        row.zone,
        row.next_at,
        row.window_end,
        is_opened=row.state == FollowUpState.IN_PROGRESS,
    )
