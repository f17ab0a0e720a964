"""What the web chat keeps beside the conversation: an address to tell of new messages, who looks now."""

from sqlalchemy import Table

from storage.tables.base import (
    index_of,
    key,
    metadata,
    moment,
    moment_or_null,
    of_clinic,
    refers,
    sealed,
    text,
)

web_emails = Table(
    "web_emails",
    metadata,
    text("clinic_id"),
    text("contact_id"),
    text("patient_id"),
    sealed("email"),
    moment("proven_at"),
    moment_or_null("told_at"),
    key("contact_id"),
    refers("contact_id", "contact_points"),
    refers("patient_id", "patients"),
)
"""One proven address per web contact; `told_at` is when the last e-mail went there."""

open_pages = Table(
    "open_pages",
    metadata,
    text("clinic_id"),
    index_of("address_index"),
    moment("until"),
    key("address_index"),
    of_clinic(),
)
"""Conversations that somebody looks at in one of several web processes, by the hash of their address."""
