"""`python -m tests.matrix`: every route, asked by every role and by whoever has none, about every record.

The routes come from the application itself, the rights from `table.py`: a route without a line there fails.
Each is asked by every role, by somebody signed out, with an ended session, with a disabled member's and
with one of another clinic; about a record of the own clinic, of a foreign one and one that there is not; and
all of it again while the own clinic has no patient at all. In every answer, unpacked where it is packed, is
looked for the foreign clinic's words, and for restricted answers where the role may not see them. Then sealed
values are put into each other's places, where none may open. On PostgreSQL the product runs as a role without
privileges, so that row-level security stands between the clinics as well.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from tests.chaos.figures import Figure, say, told
from tests.databases import NoPostgres, start_postgres
from tests.matrix.asking import WHO, routes_of
from tests.matrix.house import opened
from tests.matrix.run import run
from tests.matrix.swaps import swapped
from tests.matrix.table import ROUTES, lacking

SHOWN = 40
ROUNDS = ("full", "empty")
"""With patients in the own clinic, and with none."""
DATABASES = ("sqlite", "postgresql")


async def proof(name):
    """Ask everything on one database; return the figures, with the faults told."""
    with tempfile.TemporaryDirectory(prefix="yorisoi-matrix-") as made:
        folder = Path(made)
        if name == "sqlite":
            urls = [f"sqlite:///{folder}/{one}/yorisoi.db" for one in ROUNDS]
            return await _on(name, folder, urls)
        server = await asyncio.to_thread(start_postgres, ours=True)
        try:
            return await _on(name, folder, [await plain_database(server, f"matrix_{one}") for one in ROUNDS])
        finally:
            await asyncio.to_thread(server.stop)


async def plain_database(server, name):
    """Make a database that belongs to a role without any privilege, so that row-level security binds it."""
    url = await server.create(name)
    connection = await asyncpg.connect(url)
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = 'plain'"):
        await connection.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
    await connection.execute(f'ALTER DATABASE "{name}" OWNER TO plain')
    await connection.execute("ALTER SCHEMA public OWNER TO plain")
    await connection.close()
    return make_url(url).set(username="plain", password="plain").render_as_string(hide_password=False)


async def _on(name, folder, urls):
    faults, figures = [], []
    for title, url in zip(ROUNDS, urls, strict=True):
        async with opened(folder / title, url) as matrix:
            missing, stale = lacking(routes_of(matrix.app))
            found = await run(matrix, empty=title == "empty")
            tried, wrong = await swapped(matrix)
        faults += [*found.faults, *wrong]
        figures += _figures(f"{name}, {title}", found, tried, wrong)
    faults += [f"not in table.py: {route}" for route in missing]
    faults += [f"in table.py, but no route: {route}" for route in stale]
    for fault in faults[:SHOWN]:
        say(f"  {fault}")
    return [
        *figures,
        Figure(f"{name}: routes", len(ROUTES)),
        Figure(f"{name}: who asks", len(WHO)),
        Figure(f"{name}: routes that are not listed, or listed and gone", len(missing) + len(stale), 0),
        Figure(f"{name}: faults in all", len(faults), 0),
    ]


def _figures(name, found, tried, wrong):
    return [
        Figure(f"{name}: cells asked", found.cells, 1, least=True),
        Figure(f"{name}: answers with words of the own clinic", found.seen),
        Figure(f"{name}: answers with a foreign clinic's words", found.foreign, 0),
        Figure(f"{name}: restricted answers shown to others", found.restricted, 0),
        Figure(f"{name}: sealed values tried in another's place", tried, 1, least=True),
        Figure(f"{name}: of them opened", len(wrong), 0),
    ]


def main():
    """Run the proof; exit with 1 if a figure falls short."""
    options = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    options.add_argument("--databases", nargs="*", choices=DATABASES, default=DATABASES)
    asked = options.parse_args()
    figures = [figure for name in asked.databases for figure in asyncio.run(proof(name))]
    say("matrix: who may see and do what")
    sys.exit(not told(figures))


if __name__ == "__main__":
    try:
        main()
    except NoPostgres as reason:
        say(f"no PostgreSQL here: {reason}")
        sys.exit(1)
