"""What looking into a file found out."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_inspections"
down_revision = "2026_11_30_summaries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("inspection", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("documents") as table:
        table.drop_column("inspection")
