"""Alerts to staff, who is on call, and cases of possible adverse events."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_alerts"
down_revision = "2026_11_30_trips"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _on_call()
    _adverse_events()
    _alerts()
    _alert_notices()


def downgrade() -> None:
    """Take the tables away: nobody is alerted any more; flags and tasks stay."""
    for name in ("alert_notices", "event_notes", "alerts", "staff_chats", "adverse_events", "on_call"):
        op.drop_table(name)


def _text(*names: str, default: str | None = None) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), server_default=default, nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in names]


def _moment(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names]


def _sealed(*names: str, nullable: bool = True) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.LargeBinary(), nullable=nullable) for name in names]


def _words_or_null(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("clinic_id", *columns, name=op.f(f"pk_{table}"))


def _of_clinic(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f(f"fk_{table}_clinic_id"))


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_clinic_id_{column}")
    return sa.ForeignKeyConstraint(["clinic_id", column], [f"{other}.clinic_id", f"{other}.id"], name=name)


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    held = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=held, postgresql_where=held)


def _on_call() -> None:
    op.create_table(
        "on_call",
        *_text("clinic_id"),
        *_text("rungs", default="[]"),
        *_sealed("email"),
        *_number("minutes", "orange_minutes"),
        *_moment("saved_at"),
        *_text("saved_by"),
        _of_clinic("on_call"),
        _key("on_call"),
    )
    op.create_table(
        "staff_chats",
        *_text("clinic_id", "id"),
        *_words_or_null("staff_id"),
        *_sealed("chat_index", nullable=False),
        *_sealed("chat"),
        *_moment("linked_at"),
        *_moment("ended_at", nullable=True),
        _of_clinic("staff_chats"),
        _refers("staff_chats", "staff_id", "staff"),
        _key("staff_chats", "id"),
    )
    columns = ["clinic_id", "chat_index"]
    _index("uq_staff_chats_linked", "staff_chats", columns, "ended_at IS NULL", unique=True)


def _adverse_events() -> None:
    op.create_table(
        "adverse_events",
        *_text("clinic_id", "id", "patient_id", "status"),
        *_moment("learned_at"),
        *_moment("next_at", "lease_until", nullable=True),
        *_number("fence"),
        *_moment("closed_at", nullable=True),
        *_text("closed_by", default=""),
        *_sealed("closing_note"),
        _refers("adverse_events", "patient_id", "patients"),
        _key("adverse_events", "id"),
    )
    columns = ["clinic_id", "patient_id"]
    _index("uq_adverse_events_open", "adverse_events", columns, "closed_at IS NULL", unique=True)
    _index("ix_adverse_events_next", "adverse_events", ["next_at"], "next_at IS NOT NULL")
    op.create_table(
        "event_notes",
        *_text("clinic_id", "id", "event_id", "kind"),
        *_moment("at"),
        *_text("by"),
        *_sealed("note"),
        _refers("event_notes", "event_id", "adverse_events"),
        _key("event_notes", "id"),
    )
    name = op.f("ix_event_notes_clinic_id_event_id")
    op.create_index(name, "event_notes", ["clinic_id", "event_id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        *_text("clinic_id", "id", "patient_id"),
        *_words_or_null("event_id"),
        *_text("level"),
        *_number("urgency"),
        *_moment("raised_at"),
        *_number("step"),
        *_moment("next_at", "lease_until", nullable=True),
        *_number("fence"),
        *_moment("taken_at", nullable=True),
        *_text("taken_by", default=""),
        *_sealed("taken_name"),
        *_text("taken_on", default=""),
        _refers("alerts", "patient_id", "patients"),
        _refers("alerts", "event_id", "adverse_events"),
        _key("alerts", "id"),
    )
    columns = ["clinic_id", "patient_id"]
    _index("uq_alerts_waiting", "alerts", columns, "taken_at IS NULL", unique=True)
    _index("ix_alerts_next", "alerts", ["next_at"], "next_at IS NOT NULL")
    op.create_index(op.f("ix_alerts_clinic_id_event_id"), "alerts", ["clinic_id", "event_id"])


def _alert_notices() -> None:
    once = ("clinic_id", "alert_id", "kind", "step", "means", "address_index")
    op.create_table(
        "alert_notices",
        *_text("clinic_id", "id"),
        *_words_or_null("alert_id"),
        *_text("kind"),
        *_number("step"),
        *_text("means"),
        *_text("staff_id", default=""),
        *_sealed("address_index", nullable=False),
        *_sealed("address"),
        *_text("ack", default=""),
        *_text("state", default="queued"),
        *_text("code", default=""),
        *_number("attempts"),
        *_moment("at", "not_before"),
        *_moment("settled_at", "lease_until", nullable=True),
        *_number("fence"),
        sa.UniqueConstraint(*once, name="uq_alert_notices_once"),
        _refers("alert_notices", "alert_id", "alerts"),
        _key("alert_notices", "id"),
    )
    _index("ix_alert_notices_queued", "alert_notices", ["not_before"], "state = 'queued'")
