"""How often a check-in was taken in hand without coming to anything, counted before it is tried."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_follow_up_attempts"
down_revision = "2026_11_24_questionnaires"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counter."""
    with op.batch_alter_table("follow_ups") as table:
        table.add_column(sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False))
