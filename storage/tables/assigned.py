"""Which patients an interpreter works for, and until when."""

from sqlalchemy import Index, Table

from storage.tables.base import key, metadata, moment, refers, text

assignments = Table(
    "assignments",
    metadata,
    text("clinic_id"),
    text("patient_id"),
    text("staff_id"),
    moment("since"),
    moment("until"),
    text("by"),
    key("patient_id", "staff_id"),
    refers("patient_id", "patients"),
    refers("staff_id", "staff"),
)
"""All moments are the system clock's. One that was ended early has its `until` in the past."""
Index(None, assignments.c.clinic_id, assignments.c.staff_id)
