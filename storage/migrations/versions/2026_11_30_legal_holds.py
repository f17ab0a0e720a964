"""Legal holds: records that must stay, whatever their time."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_legal_holds"
down_revision = "2026_11_30_audit_chain"
branch_labels = None
depends_on = None

_PLACE = ["clinic_id", "patient_id"]


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "legal_holds",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("clinic_id", "id", "patient_id")),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            _PLACE, ["patients.clinic_id", "patients.id"], name=op.f("fk_legal_holds_clinic_id_patient_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_clinic_id_patient_id"), "legal_holds", _PLACE)


def downgrade() -> None:
    """Take the table away: nothing is kept beyond its time any more."""
    op.drop_table("legal_holds")
