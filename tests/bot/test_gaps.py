"""A long stop is noticed at the next start, and seen to once."""

import pytest
from sqlalchemy import select

from bot.chores import look_after_gap
from bot.demo import demo_settings, make_clinic
from bot.foundation import foundation
from handlers.core.case import Response, ResponseStatus
from handlers.core.changes import StartResponse
from handlers.core.values import Purpose, ResponseId
from storage.gaps import Gap, Gaps, note_gap
from storage.tables import outbox, tasks
from tests.bot.test_brake import Site, site  # noqa: F401 - a fixture
from tests.bot.test_watch import DAY, HOUR
from tests.storage.samples import settled


@pytest.mark.parametrize(("stopped", "is_gap"), [(30 * HOUR, True), (20 * HOUR, False)])
async def test_a_stop_longer_than_services_keep_things_is_a_gap(site: Site, stopped, is_gap):  # noqa: F811
    brake = await site.start()
    site.machine.go_on(HOUR)
    await brake.look()
    site.machine.go_on(stopped)

    await site.start()

    gap = await Gaps(site.stores.database).standing()
    assert (gap is not None and gap.ended - gap.begun == stopped) is is_gap


async def test_a_process_that_goes_on_looking_finds_no_gap(site: Site):  # noqa: F811
    brake = await site.start()
    for _ in range(3):
        site.machine.go_on(20 * HOUR)
        await brake.look()

    assert await Gaps(site.stores.database).standing() is None


async def test_whose_words_may_be_lost_is_seen_to_once(tmp_path):
    async with foundation(demo_settings({}, tmp_path)) as base:
        await make_clinic(base)
        now, url = base.clock.now(), base.around.protocol.intake[0]
        version = base.around.protocol.questionnaires[url].version
        begun = Response(ResponseId("r-1"), url, version, ResponseStatus.IN_PROGRESS, now - 9 * DAY)
        await settled(base.stores, StartResponse(begun), purposes=frozenset({Purpose.MESSAGES}))
        ended = base.now_system() - HOUR
        gap = Gap(ended - 2 * DAY, ended)

        for _ in range(2):
            await base.stores.database.write(lambda conn: note_gap(conn, gap))
            await look_after_gap(base)

        read = base.stores.database.read
        assert await read(lambda conn: list(conn.scalars(select(tasks.c.kind)))) == ["possible-gap"]
        assert len(await read(lambda conn: conn.execute(select(outbox)).all())) == 1
        assert await Gaps(base.stores.database).standing() is None
