"""Who of staff opened a patient's restricted answers in an emergency, why, and who looked at it since."""

from sqlalchemy import Index, Table, text as sql

from storage.tables.base import key, metadata, moment, moment_or_null, refers, sealed, text

emergency_openings = Table(
    "emergency_openings",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("staff_id"),
    sealed("reason"),
    moment("since"),
    moment("until"),
    moment_or_null("reviewed_at"),
    text("reviewed_by", ""),
    key("id"),
    refers("patient_id", "patients"),
    refers("staff_id", "staff"),
)
"""`since` and `until` are the system clock's. One that was ended early has its `until` in the past."""
Index(None, emergency_openings.c.clinic_id, emergency_openings.c.staff_id, emergency_openings.c.until)
_WAITS = sql("reviewed_at IS NULL")
Index(
    "ix_emergency_openings_waiting",
    emergency_openings.c.clinic_id,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)
