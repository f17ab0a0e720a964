"""Tokens of programs that use the API."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_api_tokens"
down_revision = "2026_11_30_legal_holds"
branch_labels = None
depends_on = None

_WORDS = ("clinic_id", "id", "token_hash", "name", "scopes", "created_by")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "api_tokens",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _WORDS),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=name not in {"created_at", "expires_at"})
            for name in ("created_at", "expires_at", "used_at", "ended_at")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_api_tokens_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("clinic_id", "token_hash", name=op.f("uq_api_tokens_clinic_id_token_hash")),
    )


def downgrade() -> None:
    """Take the table away: no program gets in any more."""
    op.drop_table("api_tokens")
