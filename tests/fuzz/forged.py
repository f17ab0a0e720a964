"""Deliveries that nobody signed, or somebody else: refused without a row, while real ones come in."""

import asyncio
import hashlib
import hmac
import json
import logging
import tempfile
from pathlib import Path
from random import Random

from tests.channels.whatsapp.webhooks import messages, said
from tests.fuzz.house import SECRETS, Found, opened, signed

META, TELEGRAM = "X-Hub-Signature-256", "X-Telegram-Bot-Api-Secret-Token"
REFUSED = {"whatsapp": 401, "telegram": 403}
EVERY = 10
"""One delivery in so many is real."""


def forge(seed, count):
    """Return what came of `count` forged deliveries with real ones between them."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="yorisoi-fuzz-") as name:
        return asyncio.run(_forge(Random(f"{seed}:forged"), count, Path(name)))


async def _forge(chance, count, folder):
    found, real = Found(), 0
    async with opened(folder) as house:
        while found.bodies < count:
            if (found.bodies + real) % EVERY == EVERY - 1:
                real += 1
                await _real(house, real, found)
            else:
                found.bodies += 1
                await _forged(house, chance, found)
        await _count(house, real, found)
        await house.take_all(found)
    return found


async def _real(house, number, found):
    raw = json.dumps(messages(said(f"real {number}", wamid=f"wamid.R{number}"))).encode()
    status = await house.post("whatsapp", raw)
    if status != 200:
        found.faults.append((f"a real delivery was answered with {status}", raw))


async def _forged(house, chance, found):
    raw = json.dumps(messages(said("forged", wamid=f"wamid.F{chance.randrange(10**12)}"))).encode()
    service = "telegram" if chance.random() < 0.15 else "whatsapp"
    headers = list((_guesses if service == "telegram" else _signatures)(raw, chance))
    status = await house.post(service, raw, headers)
    if status != REFUSED[service]:
        found.faults.append((f"a forged delivery was answered with {status}: {headers}", raw))


async def _count(house, real, found):
    if (rows := await house.rows()) != real:
        found.faults.append((f"{rows} rows of {real} real deliveries", b""))


def _signatures(raw, chance):
    """Return the headers of one forgery."""
    right = signed("whatsapp", raw)[META]
    at = chance.randrange(7, len(right))
    other = bytearray(raw)
    other[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    value = chance.choice(
        (
            *(
                "",
                "sha256=",
                "sha256",
                right[7:],
                right[:-1],
                right + "0",
                right.upper(),
                f" {right},{right}",
            ),
            right[:at] + chance.choice("0123456789abcdef".replace(right[at], "")) + right[at + 1 :],
            signed("whatsapp", bytes(other))[META],
            f"sha256={chance.randbytes(32).hex()}",
            f"sha256={_digest(b'another secret', raw, hashlib.sha256)}",
            f"sha256={_digest(b'', raw, hashlib.sha256)}",
            f"sha1={_digest(SECRETS['whatsapp'].encode(), raw, hashlib.sha1)}",
            f"sha256={_digest(SECRETS['whatsapp'].encode(), raw, hashlib.sha1)}",
        )
    )
    named = ((META, value), ("X-Hub-Signature", right), ("Authorization", right))
    return chance.choice(
        ([named[0]], [named[0]], [named[0]], [named[1]], [named[2]], [], [(META, right)] * 2)
    )


def _guesses(raw, chance):
    """Return the headers of one wrong secret."""
    right = SECRETS["telegram"]
    value = chance.choice(("", right[:-1], f"{right}t", right.upper(), chance.randbytes(20).hex()))
    return chance.choice(([(TELEGRAM, value)], [(TELEGRAM, value)], [], [("Authorization", right)]))


def _digest(secret, raw, kind):
    return hmac.new(secret, raw, kind).hexdigest()
