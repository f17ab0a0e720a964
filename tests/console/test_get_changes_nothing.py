"""Opening a page changes nothing: from the route table, against every row of the database."""

from sqlalchemy import select

from bot.console.access import Role
from bot.console.routes import console_routes
from storage.tables import metadata
from tests.console.house import CLINIC
from tests.console.record import anna, intake, treated
from tests.console.samples import NOW

OF_LOOKING = {"audit", "audit_heads", "staff_sessions"}
"""That somebody looked is written down, and that their session was used."""


async def rows(house):
    """Return every row of the database but those, by table."""

    def read(conn):
        kept = (table for table in metadata.sorted_tables if table.name not in OF_LOOKING)
        return {table.name: sorted(map(repr, conn.execute(select(table)))) for table in kept}

    return await house.database.read(read)


async def test_no_get_changes_a_row(house):
    await house.add(anna(), *intake(), *treated())
    house.picture = b"drawn"
    await house.database.write(lambda conn: conn.exec_driver_sql("UPDATE documents SET state = 'stored'"))
    event = await house.console().events.open(CLINIC, anna().id, now=NOW)
    paths = {route.path for route in console_routes(house.console()).routes if "GET" in route.methods}
    browser, before = await house.signed_in(Role.ADMINISTRATOR), await rows(house)
    ids = {"patient": "p1", "document": "d-p1", "event": event, "alert": "none", "number": 0, "token": "t"}

    for path in paths - {"/console/static/{path:path}", "/console/work/events"}:
        await browser.get(path.format(**ids))

    after = await rows(house)
    assert [name for name in before if after[name] != before[name]] == []
