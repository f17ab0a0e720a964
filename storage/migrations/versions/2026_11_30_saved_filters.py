"""Lists of patients that staff keep for themselves: a name, and what was chosen."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.guarding import guard

revision = "2026_11_30_saved_filters"
down_revision = "2026_11_30_emergency_openings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, behind the wall between clinics."""
    op.create_table(
        "saved_filters",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("clinic_id", "id", "staff_id")),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("name", "chosen")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"],
            ["staff.clinic_id", "staff.id"],
            name=op.f("fk_saved_filters_clinic_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_saved_filters")),
    )
    op.create_index(op.f("ix_saved_filters_clinic_id_staff_id"), "saved_filters", ["clinic_id", "staff_id"])
    guard(["saved_filters"])


def downgrade() -> None:
    """Take the table away, with what was kept."""
    op.drop_table("saved_filters")
