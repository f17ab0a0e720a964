"""The second step of signing in: authenticator apps, recovery codes, counted tries, whole sessions."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_second_step"
down_revision = "2026_11_30_search_tokens"
branch_labels = None
depends_on = None

_CODES, _TRIES = "recovery_codes", "sign_in_tries"


def upgrade() -> None:
    """Make the tables and columns. Sessions from before are not whole: everybody signs in anew."""
    op.add_column("staff", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False))
    is_whole: sa.Column[bool] = sa.Column("is_whole", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("staff_sessions", is_whole)
    op.add_column("staff_sessions", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff_sessions", sa.Column("came_by", sa.Text(), server_default="", nullable=False))
    for name in ("about", "draft"):
        op.add_column("staff_sessions", sa.Column(name, sa.LargeBinary(), nullable=True))
    _make_codes()
    _make_tries()


def _make_codes() -> None:
    op.create_table(
        _CODES,
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "staff_id"],
            ["staff.clinic_id", "staff.id"],
            name=op.f(f"fk_{_CODES}_clinic_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "code_index", name=op.f(f"pk_{_CODES}")),
    )
    op.create_index(op.f(f"ix_{_CODES}_clinic_id_staff_id"), _CODES, ["clinic_id", "staff_id"])


def _make_tries() -> None:
    op.create_table(
        _TRIES,
        sa.Column("clinic_id", sa.Text(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f(f"fk_{_TRIES}_clinic_id")),
        sa.PrimaryKeyConstraint("clinic_id", "who", name=op.f(f"pk_{_TRIES}")),
    )


def downgrade() -> None:
    """Take the second step away: a password is enough again."""
    op.drop_table(_TRIES)
    op.drop_table(_CODES)
    # Half a session would be a whole one there.
    op.execute("DELETE FROM staff_sessions WHERE NOT is_whole")
    for name in ("draft", "about", "came_by", "proved_at", "is_whole"):
        op.drop_column("staff_sessions", name)
    for name in ("totp_step", "totp_since", "totp_secret"):
        op.drop_column("staff", name)
