"""Where each clinic's record of acts stands, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_audit_chain"
down_revision = "2026_11_30_inspections"
branch_labels = None
depends_on = None

_NUMBERS = ("seq", "base_seq", "broken_at")


def upgrade() -> None:
    """Make the table; the first act after this chains the lines that are there."""
    op.create_table(
        "audit_heads",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in _NUMBERS),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("mac", "base_mac", "seal")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_audit_heads_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_audit_heads")),
    )


def downgrade() -> None:
    """Take the table and the chain away: lines that stay are chained anew."""
    op.drop_table("audit_heads")
    op.execute("UPDATE audit SET prev = NULL, mac = NULL")
