"""What patients are found by, in keyed hashes; treatment dates found by their day.

The hashes need keys, which no migration has: whoever opens the database next writes those of the patients
who are there already (storage/findable.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_search_tokens"
down_revision = "2026_11_30_packs"
branch_labels = None
depends_on = None

_PLACE = ["clinic_id", "patient_id"]
_TWIN = sa.text("field = 'twin'")
_MADE = sa.text("DELETE FROM meta WHERE name = 'search_tokens'")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "search_tokens",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("patient_id", "row_id", "field")),
        sa.ForeignKeyConstraint(
            _PLACE, ["patients.clinic_id", "patients.id"], name=op.f("fk_search_tokens_clinic_id_patient_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "token", "patient_id", "row_id", name=op.f("pk_search_tokens")),
    )
    op.create_index(op.f("ix_search_tokens_clinic_id_patient_id"), "search_tokens", _PLACE)
    op.create_index(
        "ix_search_tokens_twin",
        "search_tokens",
        ["clinic_id", "token", "patient_id"],
        sqlite_where=_TWIN,
        postgresql_where=_TWIN,
    )
    op.create_index(op.f("ix_anchors_clinic_id_local"), "anchors", ["clinic_id", "local"])


def downgrade() -> None:
    """Take the table away: patients are found by their case number alone."""
    op.drop_index(op.f("ix_anchors_clinic_id_local"), "anchors")
    op.drop_table("search_tokens")
    op.execute(_MADE)
