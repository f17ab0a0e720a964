"""What the clinic's identity provider calls its staff."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.guarding import guard

revision = "2026_11_30_identities"
down_revision = "2026_11_30_passkeys"
branch_labels = None
depends_on = None

_T = "identities"


def upgrade() -> None:
    """Make the table, behind the wall between clinics."""
    op.create_table(
        _T,
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("clinic_id", "issuer")),
        sa.Column("subject_index", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"],
            ["staff.clinic_id", "staff.id"],
            name=op.f(f"fk_{_T}_clinic_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "issuer", "subject_index", name=op.f(f"pk_{_T}")),
        sa.UniqueConstraint(
            "clinic_id", "issuer", "staff_id", name=op.f(f"uq_{_T}_clinic_id_issuer_staff_id")
        ),
    )
    guard([_T])


def downgrade() -> None:
    """Take the table away: everybody signs in by link, password and code."""
    op.drop_table(_T)
