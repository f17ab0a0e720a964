"""A doctor's decisions about a patient: each is kept, the newest stands with the patient."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_decisions"
down_revision = "2026_11_30_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and room for the newest."""
    op.create_table(
        "decisions",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_decisions_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_decisions")),
    )
    op.create_index(
        op.f("ix_decisions_clinic_id_patient_id"), "decisions", ["clinic_id", "patient_id"], unique=False
    )
    with op.batch_alter_table("patients") as table:
        table.add_column(sa.Column("decision", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take both away again."""
    with op.batch_alter_table("patients") as table:
        table.drop_column("decision")
    op.drop_index(op.f("ix_decisions_clinic_id_patient_id"), table_name="decisions")
    op.drop_table("decisions")
