"""What a broken run leaves behind of its database: a server of PostgreSQL is gone with the run."""

import json

from sqlalchemy import select

from storage.tables import metadata


async def write_tables(database, path):
    """Write every row of every table as JSON; what is sealed stays sealed."""
    tables = await database.read(
        lambda conn: {
            table.name: [dict(row) for row in conn.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }
    )
    path.write_text(json.dumps(tables, default=str, indent=1), encoding="utf-8")
