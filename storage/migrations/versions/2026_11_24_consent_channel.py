"""On which channel each yes and no was said."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_consent_channel"
down_revision = "2026_11_24_holders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    with op.batch_alter_table("consents") as table:
        table.add_column(sa.Column("channel", sa.Text(), server_default="", nullable=False))
