"""Openings in an emergency: whose restricted answers, by whom, why, until when, and who reviewed it."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.guarding import guard

revision = "2026_11_30_emergency_openings"
down_revision = "2026_11_30_turned_away"
branch_labels = None
depends_on = None

_TABLE = "emergency_openings"
_WAITS = sa.text("reviewed_at IS NULL")
_NAMES = ("clinic_id", "id", "patient_id", "staff_id")


def upgrade() -> None:
    """Make the table, behind the wall between clinics."""
    op.create_table(
        _TABLE,
        *(sa.Column(name, sa.Text(), nullable=False) for name in _NAMES),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("since", "until")),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Text(), server_default="", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["clinic_id", f"{one}_id"],
                [f"{table}.clinic_id", f"{table}.id"],
                name=op.f(f"fk_emergency_openings_clinic_id_{one}_id"),
            )
            for one, table in (("patient", "patients"), ("staff", "staff"))
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_emergency_openings")),
    )
    op.create_index(
        op.f("ix_emergency_openings_clinic_id_staff_id_until"), _TABLE, ["clinic_id", "staff_id", "until"]
    )
    op.create_index(
        "ix_emergency_openings_waiting", _TABLE, ["clinic_id"], sqlite_where=_WAITS, postgresql_where=_WAITS
    )
    guard([_TABLE])


def downgrade() -> None:
    """Take it away: nobody sees more than their role any more; the record of acts still names who did."""
    op.drop_table(_TABLE)
