"""Treatment dates, planned check-ins, documents, and what staff must look at."""

from sqlalchemy import BigInteger, Column, Index, Table, UniqueConstraint, text as sql

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

anchors = Table(
    "anchors",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("kind"),
    text("local"),
    text("zone"),
    sealed("route"),
    moment("at"),
    text("by"),
    key("id"),
    refers("patient_id", "patients"),
)
Index(None, anchors.c.clinic_id, anchors.c.patient_id)
Index(None, anchors.c.clinic_id, anchors.c.local)

follow_ups = Table(
    "follow_ups",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("step"),
    text("anchor"),
    text("local"),
    text("zone"),
    moment("window_start"),
    moment("due_at"),
    moment("window_end"),
    text("state"),
    number("nudges"),
    text_or_null("response_id"),
    text_or_null("outbox_id"),
    text("reason", ""),
    moment_or_null("next_at"),
    moment_or_null("opened_at"),
    *lease(),
    number("attempts"),
    key("id"),
    UniqueConstraint("clinic_id", "patient_id", "anchor", "step"),
    refers("patient_id", "patients"),
)
"""`next_at` is empty as soon as nothing more is to be done, so its index holds only what is pending."""
_WAITING = sql("next_at IS NOT NULL")
Index("ix_follow_ups_next", follow_ups.c.next_at, sqlite_where=_WAITING, postgresql_where=_WAITING)

documents = Table(
    "documents",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("contact_id"),
    sealed("ref"),
    sealed("name"),
    sealed("caption"),
    sealed("source"),
    text("kind"),
    text("purpose"),
    text("mime_sent", ""),
    text("mime", ""),
    Column("size_sent", BigInteger, nullable=True),
    Column("size", BigInteger, nullable=True),
    text_or_null("sha256"),
    text("state"),
    text("reason", ""),
    number("attempts"),
    *lease(),
    text_or_null("blob"),
    sealed("blob_key"),
    text_or_null("response_id"),
    text("link_id", ""),
    text("instance", ""),
    text("by"),
    moment("at"),
    moment_or_null("stored_at"),
    text("verdict", "open"),
    sealed("dated"),
    text("judged_by", ""),
    moment_or_null("judged_at"),
    sealed("inspection"),
    text("album", ""),
    key("id"),
    refers("patient_id", "patients"),
    refers("contact_id", "contact_points"),
)
"""`blob` is the path in the file store, `blob_key` the age identity that alone opens it.

`mime_sent` and `size_sent` are the sender's word; `mime` and `size` are what we found.
`verdict` is what staff found, `dated` the date that stands on the paper; `inspection` is what looking
into the file found out (handlers/core/inspection.py). `album` is the service's word for what came together.
"""
Index(None, documents.c.clinic_id, documents.c.patient_id)
_TO_FETCH = sql("state = 'pending'")
Index("ix_documents_pending", documents.c.at, sqlite_where=_TO_FETCH, postgresql_where=_TO_FETCH)

flags = Table(
    "flags",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text_or_null("response_id"),
    text("level"),
    sealed("detail"),
    moment("at"),
    moment_or_null("withdrawn_at"),
    moment_or_null("closed_at"),
    text("closed_by", ""),
    sealed("closing_note"),
    index_of("subject", nullable=True),
    key("id"),
    refers("patient_id", "patients"),
)
"""`id` is the keyed hash of patient and flag key; `detail` is JSON: rule, route, texts and evidence.

`subject` is the keyed hash of what it is about, rule and questions: flags that have it in common are shown
to the same readers (storage/views/finding.py).
"""
Index(None, flags.c.clinic_id, flags.c.patient_id)
_STANDING = sql("closed_at IS NULL AND withdrawn_at IS NULL")
Index(
    "ix_flags_standing",
    flags.c.clinic_id,
    flags.c.level,
    sqlite_where=_STANDING,
    postgresql_where=_STANDING,
)

decisions = Table(
    "decisions",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("outcome"),
    sealed("reason"),
    text("by"),
    moment("at"),
    key("id"),
    refers("patient_id", "patients"),
)
"""Every decision of a doctor about a patient, never changed; the newest holds (`patients.decision`)."""
Index(None, decisions.c.clinic_id, decisions.c.patient_id)

tasks = Table(
    "tasks",
    metadata,
    text("clinic_id"),
    text("id"),
    text_or_null("patient_id"),
    text("kind"),
    index_of("key_index"),
    sealed("note"),
    moment("opened_at"),
    moment_or_null("due_at"),
    moment_or_null("closed_at"),
    text("closed_by", ""),
    sealed("closing_note"),
    key("id"),
    of_clinic(),
    refers("patient_id", "patients"),
)
"""`key_index` is the keyed hash of patient and key: one open task each."""
_OPEN = sql("closed_at IS NULL")
Index(
    "uq_tasks_open",
    tasks.c.clinic_id,
    tasks.c.key_index,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index(None, tasks.c.clinic_id, tasks.c.patient_id)
