"""How many people an account may write to first in a day, and whom it has."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_daily_limits"
down_revision = "2026_11_30_decisions"
branch_labels = None
depends_on = None

_PLACE = ("clinic_id", "channel", "account")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account_limits",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _PLACE),
        sa.Column("people", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_account_limits_clinic_id")),
        sa.PrimaryKeyConstraint(*_PLACE, name=op.f("pk_account_limits")),
    )
    op.create_table(
        "first_words",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _PLACE),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_first_words_clinic_id")),
        sa.PrimaryKeyConstraint(*_PLACE, "address_index", name=op.f("pk_first_words")),
    )
    name = op.f("ix_first_words_clinic_id_channel_account_at")
    op.create_index(name, "first_words", [*_PLACE, "at"])


def downgrade() -> None:
    """Take the tables away; the day's count begins anew."""
    op.drop_table("first_words")
    op.drop_table("account_limits")
