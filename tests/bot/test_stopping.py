"""The end of a process: workers stop, and what they have under way ends by itself."""

import asyncio

from bot.app import working
from scheduler.crew import Crew


async def test_what_is_under_way_when_the_workers_stop_is_not_cut_off():
    told, may_end, crew = [], asyncio.Event(), Crew(1, lambda: None)

    async def send():
        await may_end.wait()
        told.append("sent")

    async def worker():
        crew.start(send())
        try:
            await asyncio.Event().wait()
        finally:
            may_end.set()
            await crew.stop()

    async with working(lambda tasks: tasks.create_task(worker())):
        await asyncio.sleep(0)

    assert told == ["sent"]
