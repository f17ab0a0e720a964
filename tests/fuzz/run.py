"""A share of the bodies, in this process: posted several side by side, then taken row by row."""

import asyncio
import json
import logging
import tempfile
from pathlib import Path

from tests.fuzz.bodies import SENDERS, body
from tests.fuzz.house import SIDE_BY_SIDE, Found, opened, worked
from tests.fuzz.whatsapp import neighbour
from tests.handlers.paths import ABOUT, CONSENT, END, HEALTH, TO_CONSENT

TAKEN_AFTER = 100
"""Bodies between two rounds of taking rows."""
CLEARED_AFTER = 5000
SEATED = 16
DEPTH = 2
"""The first of those who sit stops after so many steps, the next after twice as many, and so on."""
STEPS = tuple(step.removeprefix("=") for step in ("Hello", *TO_CONSENT, *CONSENT, *ABOUT, *HEALTH, *END))
ANSWERS = frozenset({200, 404})
"""Stored, or another number's; anything else is a fault: what a body holds is never a reason."""


def run(seed, numbers):
    """Return what came of the bodies with these numbers."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="yorisoi-fuzz-") as name:
        return asyncio.run(_run(seed, numbers, Path(name)))


def run_share(share):
    """Return what came of a share: a seed and numbers."""
    return run(*share)


async def _run(seed, numbers, folder):
    found, since = Found(), 0
    async with opened(folder) as house:
        await seat(house)
        for at in range(0, len(numbers), TAKEN_AFTER):
            sent = [body(seed, number) for number in numbers[at : at + TAKEN_AFTER]]
            await _post_all(house, sent, found)
            await _take(house, sent, found)
            if (since := since + len(sent)) >= CLEARED_AFTER:
                await house.clear()
                since = 0
    return found


async def seat(house):
    """Let some of those who write stand at different places of the intake when it begins."""
    for number in range(len(STEPS)):
        waiting = SENDERS[number // DEPTH : SEATED]
        said_now = [neighbour(f"wamid.S{number}.{who}", who, says=STEPS[number]) for who in waiting]
        given = {"object": "whatsapp_business_account", "entry": said_now}
        await house.post("whatsapp", json.dumps(given).encode())
        await house.take_all(Found())


async def _post_all(house, sent, found):
    found.bodies += len(sent)
    for at in range(0, len(sent), SIDE_BY_SIDE):
        several = sent[at : at + SIDE_BY_SIDE]
        with worked(found, "bodies", several[0].raw):
            await asyncio.gather(*(_post(house, one, found) for one in several))


async def _post(house, one, found):
    try:
        status = await house.post(one.service, one.raw)
    except Exception as error:  # noqa: BLE001  each is a finding
        found.faults.append((f"{type(error).__name__} of a body: {error}", one.raw))
    else:
        if status not in ANSWERS:
            found.faults.append((f"a body was answered with {status}", one.raw))


async def _take(house, sent, found):
    """Take all rows; an entry to which nothing was done must have come in."""
    house.heard.clear()
    await house.take_all(found)
    lost = [one for one in sent if one.beside and one.beside not in house.heard]
    found.faults += [("a neighbour was lost", one.raw) for one in lost]
