"""The loop that every worker runs in: look for work, then wait until something is due."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from handlers.errors import ConcurrentUpdate
from scheduler import retry
from scheduler.clocks import Clocks
from scheduler.wake import Wake

log = logging.getLogger(__name__)

_TRIES: Final = 3


async def serve(
    name: str, turn: Callable[[], Awaitable[datetime | None]], wake: Wake, clocks: Clocks
) -> None:
    """Call `turn` whenever something is due, for ever; it returns when to look again at the latest.

    What `turn` raises is logged and tried again with back-off: a database that is down for an hour
    stops no worker for good.
    """
    failures = 0
    while True:
        wake.hush()
        try:
            due = await turn()
        except Exception as error:  # noqa: BLE001  whatever it is, the next turn may succeed
            failures += 1
            log.warning("worker turn failed", extra={"worker": name, "fault": fault(error)})
            await clocks.sleep(retry.back_off(retry.LOOP, failures, clocks.chance()).total_seconds())
            continue
        failures = 0
        # A moment already past is work that another worker holds: waiting for it would spin.
        is_ahead = due is not None and due > clocks.business.now()
        await wake.wait(due if is_ahead else None, clocks.business)


async def decide_again(action: Callable[[], Awaitable[None]]) -> None:
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
