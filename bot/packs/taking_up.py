"""Another pack is put in force: each process takes it up within a tick, and nobody restarts anything."""

from datetime import timedelta
from functools import partial

import structlog

from bot.editions import with_editions
from bot.following import newest
from bot.foundation import Foundation
from scheduler.housekeeping import Chore, Housekeeping

log = structlog.get_logger(__name__)


async def take_up(base: Foundation) -> None:
    """Stand on the newest pack; what it replaces stays known to whoever has begun it.

    A pack that can't be read (PackError) leaves everything as it is.
    """
    seq, reading = await newest(base.stores.database, base.present)
    if reading is None:
        return
    await with_editions(base, reading)
    base.present.seq = seq
    log.info("pack in force", pack=reading.protocol.id, version=reading.protocol.version, use=seq)


def watch_packs(base: Foundation) -> Housekeeping:
    """Return what looks at every tick whether another process has put a pack in force."""
    every = timedelta(seconds=base.settings.tick_seconds)
    return Housekeeping((Chore("packs", every, partial(take_up, base)),), base.clocks)
