"""Who has taken a line of the worklist, and until when it rests; and open flags by their level."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_work_marks"
down_revision = "2026_11_30_second_step"
branch_labels = None
depends_on = None

_TABLE = "work_marks"
_STANDING = sa.text("closed_at IS NULL AND withdrawn_at IS NULL")


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        _TABLE,
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("clinic_id", "source", "item")),
        sa.Column("patient_id", sa.Text(), nullable=True),
        sa.Column("taken_by", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_work_marks_clinic_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_work_marks_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "source", "item", name=op.f("pk_work_marks")),
    )
    for column in ("changed_at", "patient_id"):
        op.create_index(op.f(f"ix_work_marks_clinic_id_{column}"), _TABLE, ["clinic_id", column])
    op.create_index(
        "ix_flags_standing",
        "flags",
        ["clinic_id", "level"],
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def downgrade() -> None:
    """Take both away: nothing is taken or snoozed any more, and all of it stands in the list again."""
    op.drop_index("ix_flags_standing", "flags")
    op.drop_table(_TABLE)
