"""Row-level security on PostgreSQL: a transaction meets the rows of its own clinic alone."""

from storage.migrations.guarding import guard, tables_of_clinics, unguard

revision = "2026_11_30_row_security"
down_revision = "2026_11_30_staff_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Guard every table there is by now; later ones are guarded where they are made."""
    guard(tables_of_clinics(guarded=False))


def downgrade() -> None:
    """Take the policies away."""
    unguard(tables_of_clinics(guarded=True))
