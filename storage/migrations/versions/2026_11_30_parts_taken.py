"""How many parts of a long message have arrived, so that only the others are sent again."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_parts_taken"
down_revision = "2026_11_24_helpers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counter."""
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("taken", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take the counter away: a message that is on its way in parts may repeat one."""
    with op.batch_alter_table("outbox") as table:
        table.drop_column("taken")
