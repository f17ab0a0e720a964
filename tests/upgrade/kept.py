"""The installation that an earlier version left behind, laid out for today's code."""

import gzip
import json
import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, select, text

from bot.ids import SystemIds
from storage.blobs import Blobs
from storage.engine import Database
from storage.keys import Vault
from storage.master_key import check_master_key
from storage.migrations import running, upgrade
from storage.restart import free_all
from storage.stores import stores_of
from storage.tables import metadata
from tests.handlers.desk import StillClock, surroundings
from tests.upgrade.talking import Installation

KEPT = Path(__file__).parent / "first"
REVISION = "2026_11_24_first"
FACTS = json.loads((KEPT / "facts.json").read_text())
KEY = bytes(range(32))
PAPER = b"%PDF-1.4 a letter that nobody wrote"
NUMBERED = ("inbox", "outbox", "audit")


def unpack(folder: Path) -> Path:
    """Lay the database and the files into `folder`; return the database's file."""
    shutil.copytree(KEPT / "files", folder / "files")
    file = folder / "kept.db"
    file.write_bytes(gzip.decompress((KEPT / "yorisoi.db.gz").read_bytes()))
    return file


def at_first(conn: Connection) -> None:
    """Make the tables of that version in an empty database."""
    running.upgrade(conn, REVISION)


def rows_of(file: Path) -> dict[str, list[dict[str, object]]]:
    """Return every row of the kept file, by table, as today's columns read it."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as conn:
        there = inspect(conn)
        found = {}
        for table in metadata.sorted_tables:
            if there.has_table(table.name):
                names = {column["name"] for column in there.get_columns(table.name)}
                columns = [column for column in table.columns if column.name in names]
                found[table.name] = [dict(row._mapping) for row in conn.execute(select(*columns))]
    engine.dispose()
    return found


def load(conn: Connection, rows: dict[str, list[dict[str, object]]]) -> None:
    """Put the rows into PostgreSQL tables of that version."""
    for table in metadata.sorted_tables:
        if rows.get(table.name):
            conn.execute(table.insert(), rows[table.name])
    for name in NUMBERED:
        conn.execute(text(f"SELECT setval('{name}_seq', (SELECT coalesce(max(seq), 1) FROM {name}))"))


async def updated(database: Database, folder: Path) -> Installation:
    """Do what today's code does at its first start over the kept database; return the installation."""
    await upgrade(database)
    vault = Vault(KEY)
    await database.write(lambda conn: check_master_key(conn, vault))
    await database.write(free_all)
    clock = StillClock(datetime.fromisoformat(FACTS["now"]))
    stores = stores_of(database, vault, Blobs(f"file://{folder}/files"))
    return Installation(stores, surroundings(clock), clock, SystemIds(clock.now))
