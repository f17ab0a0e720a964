"""Assignments: the patients an interpreter works for, and until when."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.guarding import guard

revision = "2026_11_30_assignments"
down_revision = "2026_11_30_row_security"
branch_labels = None
depends_on = None

_KEY = ["clinic_id", "patient_id", "staff_id"]


def upgrade() -> None:
    """Make the table, behind the wall between clinics."""
    op.create_table(
        "assignments",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _KEY),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("since", "until")),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            _KEY[:2],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_assignments_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"],
            ["staff.clinic_id", "staff.id"],
            name=op.f("fk_assignments_clinic_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_clinic_id_staff_id"), "assignments", ["clinic_id", "staff_id"])
    guard(["assignments"])


def downgrade() -> None:
    """Take the table away: no interpreter sees a case any more."""
    op.drop_table("assignments")
