"""The small periodic jobs of a worker: what is too old goes, and what somebody forgot is seen to."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from bot.clinics import every_clinic
from bot.desk_commands import trail
from bot.doctor.zones import zones_version
from bot.foundation import Foundation, reserve_of
from bot.keeping import let_go
from bot.settings import Env
from handlers.gaps import AFTERWARDS, AfterGap
from handlers.talks import Talks
from handlers.zone_rules import NewRules
from scheduler.housekeeping import Chore, Housekeeping
from storage.clocks import FAR
from storage.gaps import Gaps
from storage.restart import free_far
from storage.strangers import Strangers
from storage.stuck import Stuck
from storage.talks import SilentTalks
from storage.zone_rules import ZoneRules

log = structlog.get_logger(__name__)


def start_housekeeping(tasks: asyncio.TaskGroup, base: Foundation, chores: Sequence[Chore] = ()) -> None:
    """Start the small periodic jobs: old day keys are destroyed, orphaned files removed."""
    own = (
        Chore("day-keys", timedelta(hours=1), partial(_destroy_day_keys, base)),
        Chore("leases", timedelta(minutes=10), partial(_free_far_leases, base)),
        Chore("audit-heads", timedelta(hours=1), partial(_tell_heads, base)),
        Chore("retention", timedelta(hours=6), partial(_let_go, base)),
        Chore("files", timedelta(hours=6), partial(_sweep_files, base)),
        Chore("strangers", timedelta(hours=1), partial(_forget_strangers, base)),
        Chore("talks", timedelta(minutes=1), partial(_take_back_talks, base)),
        Chore("reserve", timedelta(minutes=10), partial(_keep_reserve, base)),
        Chore("zone-rules", timedelta(hours=6), partial(follow_zone_rules, base, zones_version)),
        Chore("gaps", timedelta(minutes=5), partial(look_after_gap, base)),
    )
    tasks.create_task(Housekeeping((*own, *chores), base.clocks).run(), name="housekeeping")


async def _destroy_day_keys(base: Foundation) -> None:
    stores, now = base.stores, base.clock.now()
    await stores.days.destroy_old(now=now)
    lost = await Stuck(stores.database, stores.vault, stores.clinics).let_go_unreadable(now=now)
    if lost:
        log.error("messages in quarantine can't be read any more: their day's key is destroyed", lost=lost)


async def _free_far_leases(base: Foundation) -> None:
    """Free what a machine whose clock was wrong leased until next year."""
    beyond = base.now_system() + FAR
    await base.stores.database.write(lambda conn: free_far(conn, beyond))


async def _tell_heads(base: Foundation) -> None:
    """Say where the record of acts stands: the log, kept elsewhere, shows if its end is cut off."""
    for head in await trail(base).heads():
        log.info("audit head", clinic=head.clinic, seq=head.seq, mac=head.mac.hex())


async def _take_back_talks(base: Foundation) -> None:
    """Let the bot speak again where staff have been silent for too long."""
    await every_clinic(base)
    talks = Talks(base.stores.uow, base.world, SilentTalks(base.stores.database))
    await talks.take_back(base.clock.now())


async def _keep_reserve(base: Foundation) -> None:
    """Keep some room for the day on which the disk is full."""
    if base.settings.env is Env.PRODUCTION:
        await asyncio.to_thread(reserve_of(base.settings).keep)


async def follow_zone_rules(base: Foundation, read: Callable[[], str]) -> None:
    """Plan anew what is planned, where this machine reads other rules of the time zones than before."""
    rules = ZoneRules(base.stores.database, base.stores.vault, base.stores.clinics)
    version, known = read(), await rules.known()
    if not version or version == known:
        return
    for each in await every_clinic(base) if known else ():
        planned = await rules.planned(each.clinic)
        moved = await NewRules(base.stores.uow, base.world).follow(each.clinic, planned, version)
        log.warning("time zones: other rules, check-ins planned anew", rules=version, patients=moved)
        if moved:
            await rules.tell(each.clinic, version, now=base.clock.now())
    await rules.note(version)


async def look_after_gap(base: Foundation) -> None:
    """See to whose words may be lost in a long stop of ours, once what services kept has come in."""
    gaps = Gaps(base.stores.database)
    gap = await gaps.standing()
    if gap is None or base.now_system() < gap.ended + AFTERWARDS:
        return
    after = AfterGap(base.stores.uow, base.world)
    for each in await every_clinic(base):
        waiting = await gaps.waiting(each.clinic)
        done = await after.see_to(each.clinic, waiting, gap.begun, gap.ended)
        log.warning("gap: staff have a task for each patient whose words may be lost", patients=done)
    await gaps.over(gap)


async def _let_go(base: Foundation) -> None:
    for each in await every_clinic(base):
        await let_go(each)


async def _forget_strangers(base: Foundation) -> None:
    strangers = Strangers(base.stores.database, base.stores.vault, base.stores.clinics)
    await strangers.forget_old(now=base.clock.now())


async def _sweep_files(base: Foundation) -> None:
    await base.stores.fetches.sweep()
