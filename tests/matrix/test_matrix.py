"""That every route has a line in the matrix's table, without running the matrix itself (`make matrix`)."""

from bot.console.routes import console_routes
from tests.matrix.asking import routes_of
from tests.matrix.table import ROUTES, lacking


async def test_every_route_of_the_console_has_a_line_in_the_matrix(house):
    house.demo = False
    listed = {route: needs for route, needs in ROUTES.items() if " /console" in route}

    missing, stale = lacking(routes_of(console_routes(house.console())), listed)

    assert (missing, stale) == ([], [])
