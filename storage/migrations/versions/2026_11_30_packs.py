"""Packs that a clinic loaded in the console, and which of them was put in force when."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_packs"
down_revision = "2026_11_30_api_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pack_versions",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("version", "content_sha256")),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("findings", sa.Text(), server_default="[]", nullable=False),
        sa.Column("base", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("made_at", "changed_at")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_pack_versions_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "number", name=op.f("pk_pack_versions")),
    )
    op.create_table(
        "pack_uses",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in ("seq", "number")),
        sa.Column("used_by", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_pack_uses_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "seq", name=op.f("pk_pack_uses")),
    )


def downgrade() -> None:
    """Take the tables away: the pack that the settings name is in force again."""
    op.drop_table("pack_uses")
    op.drop_table("pack_versions")
