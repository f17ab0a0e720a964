"""Which pages of the web chat are open, for several web processes."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_open_pages"
down_revision = "2026_11_24_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "open_pages",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_open_pages_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "address_index", name=op.f("pk_open_pages")),
    )
