"""Clinics, their accounts at the messaging services, and facts about the installation."""

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, Table, text as sql

from storage.tables.base import (
    key,
    lease,
    metadata,
    moment,
    moment_or_null,
    number,
    of_clinic,
    sealed,
    text,
)

clinics = Table(
    "clinics",
    metadata,
    text("id"),
    text("name"),
    text("pack"),
    text("zone"),
    text("language"),
    text("texts", "{}"),
    text("routes", "[]"),
    Column("wrapped_key", LargeBinary, nullable=False),
    moment("created_at"),
    text("host", ""),
    PrimaryKeyConstraint("id"),
)
"""`wrapped_key` is the clinic's key under the master key; `texts` and `routes` are JSON.

`host` is the name under which its pages are opened; "" is the address that the settings name.
"""
_NAMED = sql("host <> ''")
Index("uq_clinics_host", clinics.c.host, unique=True, sqlite_where=_NAMED, postgresql_where=_NAMED)

channel_accounts = Table(
    "channel_accounts",
    metadata,
    text("clinic_id"),
    text("channel"),
    text("account"),
    text("state", "active"),
    text("reason", ""),
    sealed("config"),
    text("lease_holder", ""),
    *lease(),
    moment_or_null("held_at"),
    key("channel", "account"),
    of_clinic(),
)
"""`config` (tokens) is JSON sealed under the clinic's key; `state` (AccountState) has a `reason`."""

day_keys = Table(
    "day_keys",
    metadata,
    text("clinic_id"),
    text("day"),
    Column("wrapped_key", LargeBinary, nullable=False),
    key("day"),
    of_clinic(),
)
"""Keys of raw inbox items by UTC day (YYYY-MM-DD); destroying the row makes them unreadable."""

meta = Table("meta", metadata, text("name"), text("value"), PrimaryKeyConstraint("name"))
"""Facts about the installation: the master key's fingerprint."""

questionnaires = Table(
    "questionnaires",
    metadata,
    text("clinic_id"),
    text("url"),
    text("version"),
    text("content"),
    text("texts", "{}"),
    moment("kept_at"),
    key("url", "version"),
    of_clinic(),
)
"""Every version that was ever asked: `content` is its FHIR JSON, `texts` what it said in each language."""

pack_versions = Table(
    "pack_versions",
    metadata,
    text("clinic_id"),
    number("number"),
    text("version"),
    text("content_sha256"),
    Column("content", LargeBinary, nullable=False),
    text("findings", "[]"),
    number("base"),
    text("made_by"),
    moment("made_at"),
    moment("changed_at"),
    key("number"),
    of_clinic(),
)
"""Packs that a clinic loaded: `content` is the zipped folder, `findings` (JSON) what `check` said of it.

`base` is the number that it was made from; 0 is the pack that the settings name.
"""

pack_uses = Table(
    "pack_uses",
    metadata,
    text("clinic_id"),
    number("seq"),
    number("number"),
    text("used_by"),
    moment("used_at"),
    key("seq"),
    of_clinic(),
)
"""Which pack was put in force, when and by whom: the newest holds. Only ever added to."""

__all__ = [
    "channel_accounts",
    "clinics",
    "day_keys",
    "meta",
    "pack_uses",
    "pack_versions",
    "questionnaires",
]
