"""Who answers: helpers with a name and a language of their own, and the contact of each answer."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_helpers"
down_revision = "2026_11_24_consent_channel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("contact_points") as table:
        table.add_column(sa.Column("name", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("relation", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("language", sa.Text(), nullable=True))
    with op.batch_alter_table("answers") as table:
        table.add_column(sa.Column("contact_id", sa.Text(), nullable=True))
    with op.batch_alter_table("invitations") as table:
        table.add_column(sa.Column("helper", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("contact_id", sa.Text(), nullable=True))
