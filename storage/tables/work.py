"""What staff noted about a line of their worklist: who has taken it, until when it rests and why."""

from sqlalchemy import Index, Table

from storage.tables.base import (
    key,
    metadata,
    moment,
    moment_or_null,
    of_clinic,
    refers,
    sealed,
    text,
    text_or_null,
)

work_marks = Table(
    "work_marks",
    metadata,
    text("clinic_id"),
    text("source"),
    text("item"),
    text_or_null("patient_id"),
    text("taken_by", ""),
    moment_or_null("taken_at"),
    moment_or_null("snoozed_until"),
    text("snoozed_by", ""),
    sealed("reason"),
    moment("changed_at"),
    key("source", "item"),
    of_clinic(),
    refers("patient_id", "patients"),
)
"""`source` is the table that `item` is a row of: task, flag or check-in. The reason of a snooze is sealed
under the patient's key, or the clinic's where the work is about no patient; it stays when the time is over.
"""
Index(None, work_marks.c.clinic_id, work_marks.c.changed_at)
Index(None, work_marks.c.clinic_id, work_marks.c.patient_id)
