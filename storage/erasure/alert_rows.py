"""What an erased patient leaves of alerts, cases and deliveries: dates, states, and who of the staff acted.

That a case was open and how it ended has to be shown for years; what it was about is gone. An alert that
nobody has taken calls nobody any more, and nobody is reminded of a case.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Table, bindparam, case, delete, select, update

from storage.tables import adverse_events, alert_notices, alerts, event_notes, summary_deliveries
from storage.types import moment_param

ERASED: Final = "erased"


def _theirs(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.clinic_id == bindparam("clinic"), table.c.patient_id == bindparam("patient")


def _ids(table: Table) -> Any:
    return select(table.c.id).where(*_theirs(table))


_WAITS = alerts.c.taken_at.is_(None)
_IS_OPEN = adverse_events.c.closed_at.is_(None)
OF_ALERTS: Final = (
    update(alert_notices)
    .where(
        alert_notices.c.clinic_id == bindparam("clinic"),
        alert_notices.c.alert_id.in_(_ids(alerts)),
        alert_notices.c.state == "queued",
    )
    .values(state="cancelled", settled_at=moment_param("now"), lease_until=None),
    update(alerts)
    .where(*_theirs(alerts))
    .values(
        taken_at=case((_WAITS, moment_param("now")), else_=alerts.c.taken_at),
        taken_by=case((_WAITS, bindparam("by")), else_=alerts.c.taken_by),
        taken_on=case((_WAITS, ERASED), else_=alerts.c.taken_on),
        taken_name=None,
        next_at=None,
        lease_until=None,
    ),
    update(event_notes)
    .where(
        event_notes.c.clinic_id == bindparam("clinic"),
        event_notes.c.event_id.in_(_ids(adverse_events)),
    )
    .values(note=None),
    update(adverse_events)
    .where(*_theirs(adverse_events))
    .values(
        closed_at=case((_IS_OPEN, moment_param("now")), else_=adverse_events.c.closed_at),
        closed_by=case((_IS_OPEN, bindparam("by")), else_=adverse_events.c.closed_by),
        closing_note=None,
        next_at=None,
        lease_until=None,
    ),
    delete(summary_deliveries).where(*_theirs(summary_deliveries)),
)
"""Statements with the parameters clinic, patient, now, by. A delivery under way settles nothing then."""
