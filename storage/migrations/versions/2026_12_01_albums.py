"""Albums: which files came together, so that the patient is told once that they are in."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_albums"
down_revision = "2026_12_01_paper_marks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is there came by itself."""
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("album", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("documents") as table:
        table.drop_column("album")
