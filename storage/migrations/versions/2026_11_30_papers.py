"""What staff found when they looked at a file, and the date that stands on it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_papers"
down_revision = "2026_11_30_channel_news"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("verdict", sa.Text(), server_default="open", nullable=False))
        table.add_column(sa.Column("dated", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("judged_by", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("documents") as table:
        for name in ("judged_at", "judged_by", "dated", "verdict"):
            table.drop_column(name)
