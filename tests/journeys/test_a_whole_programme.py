"""The programme as the pack brings it: after a long jump of the clock much falls due at once."""

from contextlib import asynccontextmanager

import pytest

from tests.journeys.clinic import MONTHS_ALONE, after, clinic
from tests.journeys.conftest import INSTALLATIONS, database, marked
from tests.journeys.story import DUE, NAME, OPENING, THANKS, TREATED, gives_consent

WHOLE = dict.fromkeys(MONTHS_ALONE, "on")
LONG_LEASE = {"LEASE_SECONDS": "60", "SEND_TIMEOUT_SECONDS": "20"}
"""Nobody waits here until one is over: what has to be tried again after it comes too late."""
OVER = ("I+6h", "I+24h", "I+48h", "I+7d")
"""The safety checks after the infusion, whose time has passed a month later."""


@asynccontextmanager
async def treated(folder, name):
    """Give a clinic with its whole programme, and somebody who was treated there."""
    installation = INSTALLATIONS[name]
    async with (
        database(installation.database, folder) as url,
        clinic(folder, url, roles=installation.roles, **LONG_LEASE) as place,
    ):
        await place.office.http.post("/console/clinic", data=WHOLE)
        person = await place.meets(place.somebody("telegram"))
        await gives_consent(person)
        await person.walks(*NAME)
        await place.console.enter_date(*TREATED)
        yield place, person


@pytest.mark.parametrize("name", [marked(kind, kind, kind) for kind in ("sqlite", "postgresql")])
async def test_month_1_comes_at_once_and_what_is_over_is_missed_and_not_broken(tmp_path, name):
    async with treated(tmp_path, name) as (place, person):
        await place.set_clock(after(DUE["M1"]))

        await person.is_asked(OPENING)
        await person.taps("Start")
        await person.answers_by_taps(THANKS)
        export = await place.product.export()

    rows = {row["step"]: row for row in export["follow_ups"]}
    assert {rows[step]["state"] for step in OVER} == {"missed"}
    assert rows["M1"]["state"] == "completed"
    assert "held" not in {row["kind"] for row in export["tasks"]}
