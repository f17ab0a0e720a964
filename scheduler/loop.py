"""The loop that every worker runs in: look for work, then wait until something is due."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, TypeVar

from handlers.errors import ConcurrentUpdate, StorageAway
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.wake import Wake

log = logging.getLogger(__name__)

T = TypeVar("T")

AWAY: Final = retry.Retry(base=timedelta(milliseconds=200), cap=timedelta(seconds=2))
"""How soon to look again for a database that is away: short, because everybody waits for it."""

_TRIES: Final = 3


async def serve(
    name: str, turn: Callable[[], Awaitable[datetime | None]], wake: Wake, clocks: Clocks
) -> None:
    """Call `turn` whenever something is due, for ever; it returns when to look again at the latest.

    What `turn` raises is logged and tried again with back-off: a database that is down for an hour
    stops no worker for good.
    """
    try:
        await _serve(name, turn, wake, clocks)
    finally:
        wake.rest()


async def _serve(
    name: str, turn: Callable[[], Awaitable[datetime | None]], wake: Wake, clocks: Clocks
) -> None:
    failures = 0
    while True:
        wake.hush()
        try:
            due = await turn()
        except Exception as error:  # noqa: BLE001  whatever it is, the next turn may succeed
            failures += 1
            log.warning("worker turn failed", extra={"worker": name, "fault": fault(error)})
            patience = AWAY if isinstance(error, StorageAway) else retry.LOOP
            await clocks.sleep(retry.back_off(patience, failures, clocks.chance()).total_seconds())
            continue
        failures = 0
        # A moment already past is work that another worker holds: waiting for it would spin.
        is_ahead = due is not None and due > clocks.business.now()
        await wake.wait(due if is_ahead else None, clocks.business)


async def outlast(
    action: Callable[[], Awaitable[T]], clocks: Clocks, until_system: datetime | None = None
) -> T:
    """Run `action`, again and again while the database is away: an outage costs nobody an attempt.

    At `until_system` somebody else may take the work: then StorageAway is raised, unless the disk is
    full for all of us. What was stored although its reply was lost is held to its fence.
    """
    for failures in count(1):
        try:
            return await action()
        except StorageAway as away:
            is_over = until_system is not None and clocks.now_system() > until_system
            if not away.passes or (is_over and not away.is_full):
                raise
        await clocks.sleep(retry.back_off(AWAY, failures, clocks.chance()).total_seconds())
    raise AssertionError("count has no end")


async def unbroken(
    claim: Coroutine[Any, Any, Sequence[T]], late: Callable[[Sequence[T]], Awaitable[None]]
) -> Sequence[T]:
    """Return what `claim` brings; cancelled before that, hand it to `late`: claimed is claimed."""
    claiming = asyncio.create_task(claim)
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        try:
            await late(await claiming)
        except Exception as error:  # noqa: BLE001  the worker was told to stop, and that comes first
            log.warning("claim failed at the end", extra={"fault": fault(error)})
        raise


async def decide_again(action: Callable[[], Awaitable[T]]) -> T:
    """Run `action`, once more each time somebody else changed the case in between; at most 3 times."""
    for _ in range(_TRIES - 1):
        try:
            return await action()
        except ConcurrentUpdate:
            continue
    return await action()


def fault(error: BaseException) -> str:
    """Return what went wrong and where, without the error's own words: they may be a patient's."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "-"
    return f"{type(error).__name__} at {place}"
