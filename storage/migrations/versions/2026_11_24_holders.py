"""Which process holds a claim: two that claim in the same microsecond must not be taken for one."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_holders"
down_revision = "2026_11_24_follow_up_attempts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the holder's mark to what is taken up again after an unheard commit."""
    for name in ("inbox", "outbox"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("holder", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    for name in ("inbox", "outbox"):
        with op.batch_alter_table(name) as table:
            table.drop_column("holder")
