"""What reached the provider, line by line: append-only, outside the product."""

import asyncio
import json
from itertools import count
from pathlib import Path


class Ledger:
    """One JSON line per call or delivery. `seq` rises by one; readers can wait for the next line.

    An entry: t, channel, account, method, recipient, outbox and attempt (the product's marks), body,
    accepted (it took effect at the patient's end), verdict (what the caller was told), message_id.
    """

    def __init__(self, path):
        self._file = Path(path).open("a", encoding="utf-8") if path else None  # noqa: SIM115 - open as long as we run
        self._entries = []
        self._from = 0
        self._numbers = count(1)
        self._grown = asyncio.Condition()

    async def write(self, t, **entry):
        line = {"seq": next(self._numbers), "t": t} | entry
        self._entries.append(line)
        if self._file:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
        async with self._grown:
            self._grown.notify_all()

    def read(self, since=0):
        return [line for line in self._entries[self._from :] if line["seq"] > since]

    async def wait(self, found, seconds):
        """Return `found()` once it is not empty, or empty when the time is over."""
        try:
            async with asyncio.timeout(seconds), self._grown:
                await self._grown.wait_for(found)
        except TimeoutError:
            pass
        return found()

    def start_anew(self):
        """Show readers only what comes from now on; the file keeps everything."""
        self._from = len(self._entries)
