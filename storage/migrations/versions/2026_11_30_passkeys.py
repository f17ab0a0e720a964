"""Passkeys of staff, and what the door asked a browser and waits for an answer to."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.guarding import guard

revision = "2026_11_30_passkeys"
down_revision = "2026_11_30_saved_filters"
branch_labels = None
depends_on = None

_TABLES = ("passkeys", "challenges")


def upgrade() -> None:
    """Make the two tables, behind the wall between clinics."""
    op.create_table(
        "passkeys",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("clinic_id", "id", "staff_id")),
        sa.Column("credential_index", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("credential", "public_key", "name")),
        sa.Column("sign_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"],
            ["staff.clinic_id", "staff.id"],
            name=op.f("fk_passkeys_clinic_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint(
            "clinic_id", "credential_index", name=op.f("uq_passkeys_clinic_id_credential_index")
        ),
    )
    op.create_index(op.f("ix_passkeys_clinic_id_staff_id"), "passkeys", ["clinic_id", "staff_id"])
    op.create_table(
        "challenges",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("clinic_id", "challenge_hash", "purpose", "holder_hash")
        ),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_challenges_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "challenge_hash", name=op.f("pk_challenges")),
    )
    guard(_TABLES)


def downgrade() -> None:
    """Take both away: passwords, links and codes of apps open the console as before."""
    for table in _TABLES:
        op.drop_table(table)
