"""The policies of row-level security, for migrations: a new table is guarded by the one that makes it."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

_WALLED = """(clinic_id = current_setting('yorisoi.clinic', true)
    OR current_setting('yorisoi.clinic', true) = '*')"""


def guard(tables: Iterable[str]) -> None:
    """Let each table show a transaction the rows of its clinic alone; SQLite has no such thing."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY of_clinic ON "{table}" USING {_WALLED}')


def unguard(tables: Iterable[str]) -> None:
    """Take the policies of these tables away."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        op.execute(f'DROP POLICY of_clinic ON "{table}"')
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')


def tables_of_clinics(*, guarded: bool) -> list[str]:
    """Return the tables with a clinic's id that have the policy, or those that have none yet."""
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return []
    wanted = sa.text(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
        " AND a.attname = 'clinic_id' AND NOT a.attisdropped AND c.relforcerowsecurity = :guarded"
        " ORDER BY c.relname"
    )
    return list(bind.scalars(wanted, {"guarded": guarded}))
