"""Patients, where they can be reached, and what they agreed to."""

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint, text as sql

from storage.tables.base import (
    index_of,
    key,
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

patients = Table(
    "patients",
    metadata,
    text("clinic_id"),
    text("id"),
    text("code"),
    number("version"),
    text("stage"),
    text_or_null("language"),
    text("zone", ""),
    text("at_time"),
    sealed("name"),
    sealed("birth_date"),
    sealed("country"),
    sealed("role"),
    text("purposes", ""),
    sealed("wrapped_key"),
    moment_or_null("created_at"),
    text_or_null("merged_into"),
    text("decision", ""),
    sealed("trips"),
    moment_or_null("paused_until"),
    sealed("talk"),
    moment_or_null("talk_until"),
    sealed("paper_marks"),
    key("id"),
    UniqueConstraint("clinic_id", "code"),
    of_clinic(),
)
"""`purposes` are the consents that hold now, joined by spaces. Without `wrapped_key` they are erased.

`decision` is the newest of the doctors' `decisions`. `talk` says who of the staff speaks in the chat, and
`talk_until` when the bot takes it back. `paper_marks` are what staff said of papers that are asked for."""
_TAKEN = patients.c.talk_until.is_not(None)
Index("ix_patients_talk_until", patients.c.talk_until, sqlite_where=_TAKEN, postgresql_where=_TAKEN)

contact_points = Table(
    "contact_points",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("channel"),
    text("account"),
    index_of("address_index"),
    sealed("address"),
    text("reach"),
    text("by"),
    sealed("dialogue"),
    moment_or_null("window_closes_at"),
    moment_or_null("last_heard_at"),
    Column("preferred", Boolean, nullable=False),
    moment_or_null("since"),
    sealed("name"),
    sealed("relation"),
    text_or_null("language"),
    key("id"),
    UniqueConstraint("clinic_id", "channel", "account", "address_index"),
    refers("patient_id", "patients"),
)
Index(None, contact_points.c.clinic_id, contact_points.c.patient_id)

contact_aliases = Table(
    "contact_aliases",
    metadata,
    text("clinic_id"),
    text("channel"),
    text("account"),
    index_of("address_index"),
    text("contact_id"),
    key("channel", "account", "address_index"),
    refers("contact_id", "contact_points"),
)
"""Further or earlier addresses of the same contact, by their keyed hash alone."""

consents = Table(
    "consents",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("purpose"),
    Column("given", Boolean, nullable=False),
    text("text_version"),
    text("text_hash"),
    text("language"),
    text("by"),
    sealed("name"),
    moment("at"),
    text("channel", ""),
    key("id"),
    refers("patient_id", "patients"),
)
"""Every yes and no ever said, with the text it was said to; never changed.

Only a no to health data takes the signed names out.
"""
Index(None, consents.c.clinic_id, consents.c.patient_id)

merges = Table(
    "merges",
    metadata,
    text("clinic_id"),
    text("id"),
    text("kept_id"),
    text("merged_id"),
    moment("at"),
    text("by"),
    moment_or_null("undone_at"),
    text("undone_by", ""),
    key("id"),
    refers("kept_id", "patients"),
    refers("merged_id", "patients"),
)
"""Two records found to be one person. Nothing moves: `merged` is shown under `kept` until undone."""

legal_holds = Table(
    "legal_holds",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    sealed("reason"),
    moment("since"),
    text("by"),
    moment_or_null("ended_at"),
    text("ended_by", ""),
    key("id"),
    refers("patient_id", "patients"),
)
"""While one stands, nothing of the patient is erased, whatever its time."""
Index(None, legal_holds.c.clinic_id, legal_holds.c.patient_id)

search_tokens = Table(
    "search_tokens",
    metadata,
    text("clinic_id"),
    index_of("token"),
    text("patient_id"),
    text("row_id"),
    text("field"),
    key("token", "patient_id", "row_id"),
    refers("patient_id", "patients"),
)
"""By what staff find a patient: keyed hashes of parts of a name, of a birth date, of a number's last digits.

`field` of `row_id` (the patient's or a contact's) is what they were made of (storage/search/tokens.py).
"""
Index(None, search_tokens.c.clinic_id, search_tokens.c.patient_id)
_TWIN = sql("field = 'twin'")
Index(
    "ix_search_tokens_twin",
    search_tokens.c.clinic_id,
    search_tokens.c.token,
    search_tokens.c.patient_id,
    sqlite_where=_TWIN,
    postgresql_where=_TWIN,
)
