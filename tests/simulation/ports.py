"""The product's ports, driven by the simulation: time and ids."""

import asyncio
from datetime import timedelta

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class SimClock:
    """Business time of one process: the true time, that machine's own error, and microseconds of its own.

    Here no time passes while something is computed, so that two machines would often read the very same
    microsecond, which real ones hardly ever do: storage/claims.py knows a claim by it.
    """

    def __init__(self, loop, own, skew=timedelta(0)):
        self._loop = loop
        self._own = own
        self._skew = skew

    def now(self):
        now = self._loop.now() + self._skew
        return now.replace(microsecond=now.microsecond // 100 * 100 + self._own)

    async def sleep_until(self, moment):
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110  time is all it waits for
            await asyncio.sleep(left)


class SimIds:
    """Ids in the product's form, drawn by seed."""

    def __init__(self, rng, clock):
        self._rng = rng
        self._clock = clock

    def new(self):
        return _base32(int(self._clock.now().timestamp() * 1000), 10) + _base32(self._rng.getrandbits(80), 16)

    def short(self):
        return _base32(self._rng.getrandbits(60), 12)

    def secret(self):
        return _base32(self._rng.getrandbits(215), 43)


def _base32(number, length):
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(length)))
