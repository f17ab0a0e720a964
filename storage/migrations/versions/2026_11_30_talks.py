"""Who of the staff speaks in a patient's chat, and until when; what was done with a patient is found soon."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_talks"
down_revision = "2026_11_30_work_marks"
branch_labels = None
depends_on = None

_TAKEN = sa.text("talk_until IS NOT NULL")
_INDEX = "ix_patients_talk_until"


def upgrade() -> None:
    """Add the columns: the bot speaks in every chat that is there."""
    op.add_column("patients", sa.Column("talk", sa.LargeBinary(), nullable=True))
    op.add_column("patients", sa.Column("talk_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_audit_subject", "audit", ["clinic_id", "subject", "at"])
    op.create_index(_INDEX, "patients", ["talk_until"], sqlite_where=_TAKEN, postgresql_where=_TAKEN)


def downgrade() -> None:
    """Take them away: the bot speaks everywhere again."""
    op.drop_index("ix_audit_subject", "audit")
    op.drop_index(_INDEX, "patients")
    with op.batch_alter_table("patients") as patients:
        patients.drop_column("talk_until")
        patients.drop_column("talk")
