"""Hosts: the name under which each clinic's pages are opened; one host is one clinic."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_hosts"
down_revision = "2026_11_30_identities"
branch_labels = None
depends_on = None

_NAMED = sa.text("host <> ''")


def upgrade() -> None:
    """Add the column; the clinic that is there keeps the address that the settings name."""
    op.add_column("clinics", sa.Column("host", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "uq_clinics_host", "clinics", ["host"], unique=True, sqlite_where=_NAMED, postgresql_where=_NAMED
    )


def downgrade() -> None:
    """Take it away: further clinics can't be told apart by their address any more."""
    op.drop_index("uq_clinics_host", "clinics")
    op.drop_column("clinics", "host")
