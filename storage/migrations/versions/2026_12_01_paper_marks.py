"""What staff said of papers that are asked for, whether or not a file came."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_paper_marks"
down_revision = "2026_11_30_hosts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("patients") as table:
        table.add_column(sa.Column("paper_marks", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it away: what was not needed is wanted again."""
    with op.batch_alter_table("patients") as table:
        table.drop_column("paper_marks")
