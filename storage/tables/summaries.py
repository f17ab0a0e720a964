"""How a clinic wants its summaries brought, and how far each has come."""

from sqlalchemy import Boolean, Column, Index, Table, text as sql

from storage.tables.base import (
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
)

summary_ways = Table(
    "summary_ways",
    metadata,
    text("clinic_id"),
    text("id"),
    Column("is_on", Boolean, nullable=False),
    sealed("config"),
    moment("changed_at"),
    key("id"),
    of_clinic(),
)
"""`id` is the way's name (email, telegram, webhook, fhir); `config` is JSON sealed under the clinic's key."""

summary_deliveries = Table(
    "summary_deliveries",
    metadata,
    text("clinic_id"),
    text("id"),
    text("patient_id"),
    text("way"),
    text("state"),
    number("attempts"),
    *lease(),
    text("holder", ""),
    text("code", ""),
    number("version"),
    text("receipt", ""),
    moment("owed_at"),
    moment_or_null("settled_at"),
    key("id"),
    of_clinic(),
    refers("patient_id", "patients"),
)
"""One row per patient and way (`id` is both): the newest summary is what is owed, none before it.

`version` and `receipt` are those of the last one that arrived; `code` says why a try failed.
"""
Index(None, summary_deliveries.c.clinic_id, summary_deliveries.c.patient_id)
_OWED = sql("state = 'owed'")
Index(
    "ix_summary_deliveries_owed",
    summary_deliveries.c.owed_at,
    sqlite_where=_OWED,
    postgresql_where=_OWED,
)
