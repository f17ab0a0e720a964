"""Which templates the plan will need: by language and purpose, when first, and for how many people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, func, select

from handlers.core.case import Reach
from handlers.core.protocol import UNFINISHED
from handlers.core.templates import Need
from handlers.core.values import ChannelKind
from storage.tables import contact_points, follow_ups, patients
from storage.types import is_word, moment_param

_f, _c, _p = follow_ups, contact_points, patients
_NEED = case(
    (_f.c.step == UNFINISHED, Need.REMINDER.value),
    (_f.c.step.in_(bindparam("notices", expanding=True)), Need.NOTICE.value),
    else_=Need.CHECK_IN.value,
)
_PLANNED = (
    select(
        func.coalesce(_c.c.language, _p.c.language, "").label("language"),
        _NEED.label("need"),
        _f.c.next_at.label("next_at"),
        _p.c.id.label("patient"),
    )
    .join(_p, and_(_p.c.clinic_id == _f.c.clinic_id, _p.c.id == _f.c.patient_id))
    .join(_c, and_(_c.c.clinic_id == _f.c.clinic_id, _c.c.patient_id == _f.c.patient_id))
    .where(
        _f.c.clinic_id == bindparam("clinic"),
        _f.c.next_at <= moment_param("until"),
        _f.c.state.in_(("scheduled", "in-progress", "held")),
        _p.c.wrapped_key.is_not(None),
        is_word(_c.c.channel, ChannelKind.WHATSAPP),
        is_word(_c.c.reach, Reach.ACTIVE),
        _c.c.preferred,
    )
    .subquery()
)
_NEEDED = select(
    _PLANNED.c.language,
    _PLANNED.c.need,
    func.min(_PLANNED.c.next_at).label("first_at"),
    func.count(_PLANNED.c.patient.distinct()).label("people"),
).group_by(_PLANNED.c.language, _PLANNED.c.need)


@dataclass(frozen=True, slots=True)
class Planned:
    """The people with a planned contact in one language ("" if none is chosen) up to a day, and the first."""

    language: str
    need: Need
    first_at: datetime
    people: int


def planned_until(
    conn: Connection, clinic: str, until: datetime, notices: Collection[str]
) -> Sequence[Planned]:
    """Return who on WhatsApp will be written to up to `until`, grouped by the template that it takes.

    `notices` are the steps that say something and ask nothing.
    """
    rows = conn.execute(_NEEDED, {"clinic": clinic, "until": until, "notices": sorted(notices)})
    return [Planned(row.language, Need(row.need), row.first_at, row.people) for row in rows]
