"""Waiting for something to become true, with an end; the only place that sleeps."""

import asyncio

PATIENCE = 20.0
PAUSE = 0.03


async def until(find, what, *, seconds=PATIENCE):
    """Return `await find()` as soon as it is true; fail with `what` when the time is over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not (found := await find()):
        if loop.time() > end:
            raise AssertionError(f"in {seconds:g} s never {what() if callable(what) else what}")
        await asyncio.sleep(PAUSE)
    return found
