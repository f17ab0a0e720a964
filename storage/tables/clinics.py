"""Clinics, their accounts at the messaging services, and facts about the installation."""

from sqlalchemy import Column, LargeBinary, PrimaryKeyConstraint, Table

from storage.tables.base import (
    key,
    lease,
    metadata,
    moment,
    moment_or_null,
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
    PrimaryKeyConstraint("id"),
)
"""`wrapped_key` is the clinic's key under the master key; `texts` and `routes` are JSON."""

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

__all__ = ["channel_accounts", "clinics", "day_keys", "meta", "questionnaires"]
