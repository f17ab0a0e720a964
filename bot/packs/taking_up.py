"""Another pack is put in force: each process takes it up within a tick, and nobody restarts anything."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.editions import with_editions
from bot.following import newest
from bot.foundation import Foundation
from scheduler.housekeeping import Chore, Housekeeping

log = structlog.get_logger(__name__)


async def take_up(base: Foundation) -> bool:
    """Stand on the newest pack, and say whether it was news: whoever began the former one finishes it.

    A pack that can't be read (PackError) leaves everything as it is.
    """
    seq, reading = await newest(base.stores.database, base.present, base.clinic)
    if reading is None:
        return False
    await with_editions(base, reading)
    base.present.seq = seq
    log.info("pack in force", pack=reading.protocol.id, version=reading.protocol.version, use=seq)
    return True


async def once_more(base: Foundation, act: Callable[[], Awaitable[None]]) -> None:
    """Do something; again on the newest pack if it met a questionnaire that only others know yet."""
    try:
        await act()
    except KeyError:
        if not await take_up(base):
            raise
        await act()


def watch_packs(base: Foundation) -> Housekeeping:
    """Return what looks at every tick whether another process has put a clinic's pack in force."""
    every = timedelta(seconds=base.settings.tick_seconds)

    async def look() -> None:
        for each in (base, *base.others.values()):
            await take_up(each)

    return Housekeeping((Chore("packs", every, look),), base.clocks)
