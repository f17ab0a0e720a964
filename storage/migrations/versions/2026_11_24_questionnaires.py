"""Every version of a questionnaire that was ever asked, so that whoever began one finishes it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_questionnaires"
down_revision = "2026_11_24_open_pages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "questionnaires",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), server_default="{}", nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_questionnaires_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "url", "version", name=op.f("pk_questionnaires")),
    )
