"""What is said to strangers where only invited people may begin."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.guarding import guard

revision = "2026_11_30_turned_away"
down_revision = "2026_11_30_assignments"
branch_labels = None
depends_on = None

_TABLE = "turned_away"
_WAITS = sa.text("state IN ('queued', 'sending')")


def upgrade() -> None:
    """Make the table, its indexes and its policy."""
    op.create_table(
        _TABLE,
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("clinic_id", "id", "channel", "account")),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("address", "body")),
        sa.Column("state", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("at", "not_before", "expires_at")
        ),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("attempts", "uncertain", "taken")
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_turned_away_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_turned_away")),
    )
    op.create_index(
        op.f("ix_turned_away_clinic_id_address_index_at"), _TABLE, ["clinic_id", "address_index", "at"]
    )
    op.create_index(
        "ix_turned_away_waiting", _TABLE, ["not_before"], sqlite_where=_WAITS, postgresql_where=_WAITS
    )
    guard([_TABLE])


def downgrade() -> None:
    """Take it away: whoever was answered today may be answered once more."""
    op.drop_table(_TABLE)
