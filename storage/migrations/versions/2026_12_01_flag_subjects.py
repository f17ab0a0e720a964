"""What a flag is about, in a keyed hash: those who may not see every flag search by the others.

The hash needs keys, which no migration has: whoever opens the database next writes those of the flags that
are there already (storage/flag_subjects.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_flag_subjects"
down_revision = "2026_12_01_albums"
branch_labels = None
depends_on = None

_MADE = sa.text("DELETE FROM meta WHERE name = 'flag_subjects'")


def upgrade() -> None:
    """Add the column."""
    op.add_column("flags", sa.Column("subject", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("flags", "subject")
    op.execute(_MADE)
