"""Other rules of the time zones are read here than those by which check-ins were planned."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.chores import follow_zone_rules
from bot.demo import demo_settings, make_clinic
from bot.foundation import foundation
from handlers.core.care_plan import plan
from handlers.core.case import Anchor
from handlers.core.changes import PlanFollowUps, SetAnchor
from storage.tables import follow_ups, tasks
from tests.storage.samples import settled

TOKYO = "Asia/Tokyo"


@pytest.fixture
async def base(tmp_path):
    """A clinic with check-ins planned, and what they were planned by noted: 2026a."""
    async with foundation(demo_settings({}, tmp_path)) as base:
        await make_clinic(base)
        case, now = await settled(base.stores, zone=TOKYO, at_time="10:00"), base.clock.now()
        anchor = Anchor("anchor-1", case.patient.id, "infusion", f"{now:%Y-%m-%d}", TOKYO)
        planned = plan(base.around.protocol, anchor, at="10:00", zone=TOKYO, ids=base.ids)
        await base.stores.uow.save(case, [SetAnchor(anchor, now, "s1"), PlanFollowUps(planned)])
        await follow_zone_rules(base, lambda: "2026a")
        yield base


async def times(base):
    wanted = select(follow_ups.c.step, follow_ups.c.due_at).order_by(follow_ups.c.step)
    return await base.stores.database.read(lambda conn: conn.execute(wanted).all())


@pytest.mark.parametrize(("version", "is_followed"), [("2026b", True), ("2026a", False), ("", False)])
async def test_check_ins_follow_other_rules_once_and_staff_are_told(base, version, is_followed):
    right, early = await times(base), update(follow_ups).values(due_at=base.clock.now() - timedelta(hours=1))
    await base.stores.database.write(lambda conn: conn.execute(early))

    await follow_zone_rules(base, lambda: version)

    kinds = await base.stores.database.read(lambda conn: list(conn.scalars(select(tasks.c.kind))))
    assert (await times(base) == right, kinds) == (is_followed, ["zone-rules"] * is_followed)
