"""A real process whose machine's clock jumps a year: nothing is sent, nothing is missed, staff are told."""

import base64
import shutil
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from tests.journeys.product import Product
from tests.journeys.waiting import until
from tests.lacking import lacking
from tests.upgrade.kept import KEY, unpack

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
ALERT_SECONDS = 60


class OnAFakedClock(Product):
    """The product on a machine whose wall clock is told by a file; the running clock stays as it is."""

    @property
    def environment(self):
        return super().environment | {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.folder / "faketime"),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, offset):
        (self.folder / "faketime").write_text(f"{offset}\n")

    async def figure(self, name):
        async with httpx2.AsyncClient(timeout=5) as http:
            lines = (await http.get(f"{self.url}/metrics")).text.splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"yorisoi_{name} "))


@pytest.fixture
async def product(tmp_path):
    """A clinic with one patient who was treated today, its check-ins in one, three and six months."""
    if not LIBRARIES:
        lacking("YORISOI_FAKETIME_REQUIRED", "no libfaketime (Debian: apt install faketime)")
    file = unpack(tmp_path)
    shutil.move(file, tmp_path / "yorisoi.db")
    made = OnAFakedClock(
        tmp_path,
        f"sqlite:///{tmp_path}/yorisoi.db",
        CLOCK_FILE=None,
        MASTER_KEY=base64.b64encode(KEY).decode(),
        TICK_SECONDS="1",
    )
    made.jump("+0")
    yield made
    await made.stop()


@pytest.mark.timeout(180)
async def test_a_year_that_the_clock_jumps_sends_and_misses_nothing(product):
    await product.run("migrate")
    code = (await product.json("patients"))[0]["code"]
    today = datetime.now(UTC).strftime("%Y-%m-%dT10:00")
    await product.json("enrol", "--patient", code, "--date", today)
    await product.start()
    before = await product.export()

    product.jump("+365d")

    async def told():
        return await product.figure("clock_brake")

    await until(told, lambda: f"a jump told: {product.log()}", seconds=ALERT_SECONDS)
    during = await product.export()
    assert during["sends"] == before["sends"]
    assert [f["state"] for f in during["follow_ups"]] == [f["state"] for f in before["follow_ups"]]
    assert "clock-jump" in [task["kind"] for task in during["tasks"] if not task["closed_at"]]

    product.jump("+0")

    async def right_again():
        return not await product.figure("clock_brake")

    await until(right_again, lambda: f"right again: {product.log()}", seconds=ALERT_SECONDS)
