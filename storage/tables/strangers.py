"""What is said to somebody whom nobody invited: they are no patient, and nothing of theirs is here."""

from sqlalchemy import Index, Table, text as sql

from storage.tables.base import (
    index_of,
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

turned_away = Table(
    "turned_away",
    metadata,
    text("clinic_id"),
    text("id"),
    text("channel"),
    text("account"),
    index_of("address_index"),
    text("kind"),
    sealed("address"),
    sealed("body"),
    text("state"),
    moment("at"),
    moment("not_before"),
    moment("expires_at"),
    number("attempts"),
    number("uncertain"),
    number("taken"),
    *lease(),
    text("code", ""),
    moment_or_null("settled_at"),
    key("id"),
    of_clinic(),
)
"""`address` and `body` (our words) are there until it is said; the hash and the time stay for two days."""
Index(None, turned_away.c.clinic_id, turned_away.c.address_index, turned_away.c.at)
_WAITS = sql("state IN ('queued', 'sending')")
Index("ix_turned_away_waiting", turned_away.c.not_before, sqlite_where=_WAITS, postgresql_where=_WAITS)
