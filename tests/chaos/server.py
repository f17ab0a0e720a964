"""A PostgreSQL server of our own that may be halted: what it has committed, it keeps."""

import asyncio
from contextlib import asynccontextmanager

from tests.databases import start_postgres

SETTINGS = "-c fsync=off -c full_page_writes=on -c max_connections=200"
"""No fsync: the machine goes on, so what the server wrote is there. Commits wait for that writing."""


@asynccontextmanager
async def a_database():
    """Give a server with its one new, empty database's URL."""
    server = await asyncio.to_thread(start_postgres, SETTINGS, ours=True)
    try:
        yield server, await server.create("chaos")
    finally:
        await asyncio.to_thread(server.stop)
