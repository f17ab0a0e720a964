"""What staff write for each other about a patient: notes, and the clinic's own tags; lists that they keep."""

from sqlalchemy import Index, Table, UniqueConstraint

from storage.tables.base import index_of, key, metadata, moment, of_clinic, refers, sealed, text

staff_notes = Table(
    "staff_notes",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    sealed("note"),
    moment("at"),
    text("by"),
    key("id"),
    refers("patient_id", "patients"),
)
"""Sealed under the patient's key; only ever added to."""
Index(None, staff_notes.c.clinic_id, staff_notes.c.patient_id)

tags = Table(
    "tags",
    metadata,
    text("clinic_id"),
    text("id"),
    index_of("name_index"),
    sealed("name"),
    key("id"),
    UniqueConstraint("clinic_id", "name_index"),
    of_clinic(),
)
"""A clinic's words for sorting its patients, sealed under the clinic's key."""

patient_tags = Table(
    "patient_tags",
    metadata,
    text("clinic_id"),
    text("patient_id"),
    text("tag_id"),
    moment("at"),
    text("by"),
    key("patient_id", "tag_id"),
    refers("patient_id", "patients"),
    refers("tag_id", "tags"),
)
Index(None, patient_tags.c.clinic_id, patient_tags.c.tag_id)

saved_filters = Table(
    "saved_filters",
    metadata,
    text("clinic_id"),
    text("id"),
    text("staff_id"),
    sealed("name"),
    sealed("chosen"),
    key("id"),
    refers("staff_id", "staff"),
)
"""Lists of patients under names of a member's own: what was chosen, sealed under the clinic's key."""
Index(None, saved_filters.c.clinic_id, saved_filters.c.staff_id)
