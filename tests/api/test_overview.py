"""The clinic's numbers for programs: those of the console's page, counted once for all who ask."""

from bot.api.scopes import Scope
from tests.api.test_what_programs_do import acts
from tests.console.many import add_many


async def test_the_numbers_are_those_of_the_page(office):
    await add_many(office.house, 4)
    program = await office.program(Scope.OVERVIEW_READ)

    told = (await program.get("/overview")).json()

    assert {"steps", "parts", "sends"} <= {one["name"] for one in told["tables"]}
    assert all(len(row) == len(one["head"]) for one in told["tables"] for row in one["rows"])
    assert any("3" in row for row in told["tables"][0]["rows"])
    assert (await acts(office))[0] == ("api:t1", "overview.read")
