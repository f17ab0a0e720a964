"""How a clinic wants its summaries brought, and how far each has come."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_summaries"
down_revision = "2026_11_30_alerts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "summary_ways",
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("config", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_summary_ways_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_summary_ways")),
    )
    _make_deliveries()


def _make_deliveries() -> None:
    table = "summary_deliveries"
    op.create_table(
        table,
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("clinic_id", "id", "patient_id", "way", "state")
        ),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("holder", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("receipt", sa.Text(), server_default="", nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f(f"fk_{table}_clinic_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f(f"fk_{table}_clinic_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_clinic_id_patient_id"), table, ["clinic_id", "patient_id"])
    owed = sa.text("state = 'owed'")
    op.create_index(op.f(f"ix_{table}_owed"), table, ["owed_at"], sqlite_where=owed, postgresql_where=owed)


def downgrade() -> None:
    """Take both away; what was owed is not brought any more."""
    op.drop_table("summary_deliveries")
    op.drop_table("summary_ways")
