"""The databases of a run; a server of PostgreSQL is quick until it is watched, and then safe."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from tests.databases import PostgresServer, start_postgres

SETTINGS = "-c max_connections=200"
QUICK = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Database:
    """Two empty databases, by URL ("" for a scratch one that is a file), and the server they are on."""

    url: str
    scratch: str = ""
    server: PostgresServer | None = None

    @property
    def process(self):
        """Return the id of the server's first process; None where there is none that is ours."""
        if self.server is None or self.server.folder is None:
            return None
        return int((self.server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    async def make_safe(self):
        """Let the server wait for its disk from now on, as it does where nobody says otherwise."""
        if self.process is not None:
            await _set(self.server, *(f"ALTER SYSTEM RESET {name}" for name in QUICK))


@asynccontextmanager
async def database(kind, folder):
    """Give the databases for one town, and take the server away at the end."""
    if kind == "sqlite":
        yield Database(f"sqlite:///{folder}/yorisoi.db")
        return
    server = start_postgres(SETTINGS)
    try:
        if server.folder is not None:
            await _set(server, *(f"ALTER SYSTEM SET {name} = off" for name in QUICK))
        yield Database(await server.create("crash"), await server.create("scratch"), server)
    finally:
        server.stop()


async def _set(server, *statements):
    connection = await asyncpg.connect(server.url("postgres"), timeout=10)
    try:
        for statement in (*statements, "SELECT pg_reload_conf()"):
            await connection.execute(statement)
    finally:
        await connection.close()
