"""When a patient is elsewhere, and until when staff want nothing asked."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_trips"
down_revision = "2026_11_30_daily_limits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns."""
    with op.batch_alter_table("patients") as table:
        table.add_column(sa.Column("trips", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away: everybody is at home, and no later plan waits for a pause."""
    with op.batch_alter_table("patients") as table:
        table.drop_column("paused_until")
        table.drop_column("trips")
