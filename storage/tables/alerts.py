"""Who is on call, alerts and what was told whom, and cases of possible adverse events."""

from sqlalchemy import Index, Table, UniqueConstraint, text as sql

from storage.tables.base import (
    index_of,
    key,
    lease,
    metadata,
    moment,
    moment_or_null,
    number,
    of_clinic,
    refers,
    sealed,
    text,
    text_or_null,
)

on_call = Table(
    "on_call",
    metadata,
    text("clinic_id"),
    text("rungs", "[]"),
    sealed("email"),
    number("minutes"),
    number("orange_minutes"),
    moment("saved_at"),
    text("saved_by"),
    key(),
    of_clinic(),
)
"""A clinic's chain: `rungs` is JSON [[staff id, minutes], …], `email` the on-call address."""

staff_chats = Table(
    "staff_chats",
    metadata,
    text("clinic_id"),
    text("id"),
    text_or_null("staff_id"),
    index_of("chat_index"),
    sealed("chat"),
    moment("linked_at"),
    moment_or_null("ended_at"),
    key("id"),
    of_clinic(),
    refers("staff_id", "staff"),
)
"""Telegram chats of staff; without `staff_id` it belongs to the clinic's on-call address."""
_LINKED = sql("ended_at IS NULL")
Index(
    "uq_staff_chats_linked",
    staff_chats.c.clinic_id,
    staff_chats.c.chat_index,
    unique=True,
    sqlite_where=_LINKED,
    postgresql_where=_LINKED,
)

adverse_events = Table(
    "adverse_events",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("status"),
    moment("learned_at"),
    moment_or_null("next_at"),
    *lease(),
    moment_or_null("closed_at"),
    text("closed_by", ""),
    sealed("closing_note"),
    key("id"),
    refers("patient_id", "patients"),
)
"""Cases; `next_at` is when staff are reminded of the dates of the rules, which count from `learned_at`."""
_OPEN = sql("closed_at IS NULL")
Index(
    "uq_adverse_events_open",
    adverse_events.c.clinic_id,
    adverse_events.c.patient_id,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
_TO_REMIND = sql("next_at IS NOT NULL")
Index(
    "ix_adverse_events_next",
    adverse_events.c.next_at,
    sqlite_where=_TO_REMIND,
    postgresql_where=_TO_REMIND,
)

event_notes = Table(
    "event_notes",
    metadata,
    text("clinic_id"),
    text("id"),
    text("event_id"),
    text("kind"),
    moment("at"),
    text("by"),
    sealed("note"),
    key("id"),
    refers("event_id", "adverse_events"),
)
"""What staff wrote into a case: a note, a call, or a new status; sealed under the patient's key."""
Index(None, event_notes.c.clinic_id, event_notes.c.event_id)

alerts = Table(
    "alerts",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text_or_null("event_id"),
    text("level"),
    number("urgency"),
    moment("raised_at"),
    number("step"),
    moment_or_null("next_at"),
    *lease(),
    moment_or_null("taken_at"),
    text("taken_by", ""),
    sealed("taken_name"),
    text("taken_on", ""),
    key("id"),
    refers("patient_id", "patients"),
    refers("event_id", "adverse_events"),
)
"""One row for a patient until somebody takes it; `step` of the chain comes at `next_at`.

`taken_by` is the member of staff, `taken_name` what somebody without a chat of their own is called in
the group, `taken_on` where they did.
"""
_WAITING = sql("taken_at IS NULL")
Index(
    "uq_alerts_waiting",
    alerts.c.clinic_id,
    alerts.c.patient_id,
    unique=True,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
_TO_CLIMB = sql("next_at IS NOT NULL")
Index("ix_alerts_next", alerts.c.next_at, sqlite_where=_TO_CLIMB, postgresql_where=_TO_CLIMB)
Index(None, alerts.c.clinic_id, alerts.c.event_id)

alert_notices = Table(
    "alert_notices",
    metadata,
    text("clinic_id"),
    text("id"),
    text_or_null("alert_id"),
    text("kind"),
    number("step"),
    text("means"),
    text("staff_id", ""),
    index_of("address_index"),
    sealed("address"),
    text("ack", ""),
    text("state", "queued"),
    text("code", ""),
    number("attempts"),
    moment("at"),
    moment("not_before"),
    moment_or_null("settled_at"),
    *lease(),
    key("id"),
    UniqueConstraint(
        "clinic_id",
        "alert_id",
        "kind",
        "step",
        "means",
        "address_index",
        name="uq_alert_notices_once",
    ),
    refers("alert_id", "alerts"),
)
"""What staff are told: of an alert, that it was taken, or that their chat is linked (`kind`)."""
_QUEUED = sql("state = 'queued'")
Index(
    "ix_alert_notices_queued",
    alert_notices.c.not_before,
    sqlite_where=_QUEUED,
    postgresql_where=_QUEUED,
)
