"""`python -m tests.ack.client`: Meta's side, in a process of its own: signed messages at a steady rate.

Reads what to do as one JSON line on stdin, writes what it found as one JSON line. A delivery's time runs
from the moment at which it was to go, not from when it went: a server that stalls is not spared what it
kept waiting.
"""

import asyncio
import hashlib
import hmac
import json
import sys
import time

from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_SECRET

PATIENCE = 30


def delivery(number, people):
    """Return one signed request: the `number`-th message, from one of so many people."""
    phone = phone_of(number % people)
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "318240559917736", "changes": [{"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "12025550110", "phone_number_id": WHATSAPP_NUMBER},
            "contacts": [{"profile": {"name": "Patient A"}, "wa_id": phone}],
            "messages": [{"from": phone, "id": wamid(number), "timestamp": str(int(time.time())),
                          "type": "text", "text": {"body": "hello, I have a question about my visit"}}],
        }}]}],
    }  # fmt: skip
    raw = json.dumps(body).encode()
    signature = hmac.new(WHATSAPP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    head = (
        "POST /webhooks/whatsapp/main HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


def phone_of(person):
    return f"1202555{person:04d}"


def wamid(number):
    return f"wamid.ACK{number:08d}"


class Line:
    """One kept connection, used by one delivery after the other."""

    def __init__(self, port):
        self._port = port
        self._reader = self._writer = None

    async def post(self, request):
        """Return the status; a connection that breaks is 0 and is made anew by the next."""
        try:
            async with asyncio.timeout(PATIENCE):
                if self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
                self._writer.write(request)
                return await self._answer()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self.close()
            return 0

    async def _answer(self):
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(
            (row.partition(":")[2] for row in head.split("\r\n") if row.startswith("content-length")), 0
        )
        await self._reader.readexactly(int(length))
        if "connection: close" in head:
            self.close()
        return int(head.split()[1])

    def close(self):
        if self._writer is not None:
            self._writer.close()
        self._writer = None


class Load:
    """So many deliveries, each at its moment."""

    def __init__(self, port, first, requests, rate):
        self._port, self._first, self._requests, self._rate = port, first, requests, rate
        self._free, self.took, self.acked, self.refused, self.lines = [], [], [], 0, 0

    async def run(self):
        loop = asyncio.get_running_loop()
        begin = loop.time() + 0.5
        async with asyncio.TaskGroup() as tasks:
            for number, request in enumerate(self._requests):
                moment = begin + number / self._rate
                await asyncio.sleep(max(moment - loop.time(), 0))
                tasks.create_task(self._deliver(number, request, moment))
        for line in self._free:
            line.close()

    async def _deliver(self, number, request, moment):
        line = self._free.pop() if self._free else self._new()
        status = await line.post(request)
        self.took.append(asyncio.get_running_loop().time() - moment)
        self._free.append(line)
        if status == 200:
            self.acked.append(wamid(self._first + number))
        else:
            self.refused += 1

    def _new(self):
        self.lines += 1
        return Line(self._port)


def main():
    """Make everything ready, say so, wait for the word, deliver, tell."""
    asked = json.loads(sys.stdin.readline())
    first, count = asked["first"], int(asked["seconds"] * asked["rate"])
    requests = [delivery(first + number, asked["people"]) for number in range(count)]
    load = Load(asked["port"], first, requests, asked["rate"])
    asyncio.run(load.run())
    told = {"took": load.took, "acked": load.acked, "refused": load.refused, "lines": load.lines}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
