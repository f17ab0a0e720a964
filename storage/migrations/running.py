"""Runs the migrations on a connection: everything that needs alembic."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.prepared import plain

_LOCK: Final = 7_307_064_101
"""PostgreSQL's advisory lock under which one process at a time migrates."""


def upgrade(conn: Connection, to: str = "head") -> None:
    """Bring the database up to date, or to an earlier revision, in the transaction that is open."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SET LOCAL statement_timeout = 0"))
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = plain(conn)
    command.upgrade(config, to)
