"""What a service says of our templates and of our account."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_channel_news"
down_revision = "2026_11_30_parts_taken"
branch_labels = None
depends_on = None

_TEXTS = ("clinic_id", "id", "channel", "account", "subject", "language", "about", "now", "reason")
_IN_ORDER = ["clinic_id", "channel", "account", "at"]


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "channel_news",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_channel_news_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_channel_news")),
    )
    name = op.f("ix_channel_news_clinic_id_channel_account_at")
    op.create_index(name, "channel_news", _IN_ORDER)


def downgrade() -> None:
    """Take the table away; the news in it is lost."""
    op.drop_table("channel_news")
