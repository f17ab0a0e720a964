"""The order of system calls: what is acknowledged was on the disk, or committed by the server, before.

The product runs under strace while patients write by webhook and are polled for. On SQLite an fsync of
the database must have begun after the delivery was read and ended before its 200 is sent, or before
the poll's offset moves; on PostgreSQL its COMMIT must have come back in between.
"""

import asyncio
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

from tests.crash.people import OnTelegram, OnWhatsApp
from tests.journeys.product import ROOT, quiet_environment

CALLS = "fsync,fdatasync,sendto,sendmsg,recvfrom,recvmsg,read,write"
EACH = 12
"""How many messages come by each way; each must be acknowledged in order."""

LINE = re.compile(r"^(\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>)?(?P<rest>.*)$")
START = re.compile(r"(?P<call>\w+)\((?P<fd>\d+)<(?P<path>[^>]*)>")
PATIENCE = 60
REST = 0.3
LAST_WORDS = 0.5
"""Seconds in which strace, which runs on its own, writes what it has still to write."""


class NoTrace(Exception):
    """System calls cannot be watched here; the text says why."""


@dataclass
class Order:
    """What was seen so far: deliveries that were read, and whether they were kept since."""

    is_sqlite: bool
    read: dict = field(default_factory=dict)
    begun: dict = field(default_factory=dict)
    seen: dict = field(default_factory=lambda: {"webhook": 0, "poll": 0})
    wrong: list = field(default_factory=list)

    def note(self, number, pid, text):
        """Take the next line of the trace."""
        found = LINE.match(text)
        resumed, rest = found["resumed"], found["rest"]
        if resumed:
            call, path, began = self.begun.pop(pid, ("", "", number))
            self._ended(call, path, began, rest)
            return
        started = START.match(rest)
        if started is None:
            return
        call, path = started["call"], started["path"]
        if rest.endswith("<unfinished ...>"):
            self.begun[pid] = (call, path, number)
            self._starts(number, call, path, rest)
            return
        self._starts(number, call, path, rest)
        self._ended(call, path, number, rest)

    def _starts(self, number, call, path, rest):
        """An acknowledgement counts from when it is begun."""
        if call not in {"sendto", "sendmsg", "write"}:
            return
        if "HTTP/1.1 200" in rest and path in self.read:
            self._acknowledged("webhook", path, number)
        elif "&offset=" in rest and "poll" in self.read:
            self._acknowledged("poll", "poll", number)

    def _ended(self, call, path, began, rest):
        """What was read, synced or committed counts from when it had ended."""
        if call in {"fsync", "fdatasync"} and self.is_sqlite and "yorisoi.db" in path:
            self._kept(began)
        elif call in {"recvfrom", "recvmsg", "read"}:
            if "COMMIT\\0" in rest and not self.is_sqlite:
                self._kept(began)
            elif "POST /webhooks/" in rest:
                self.read[path] = [began, False]
            elif "update_id" in rest and '"result"' in rest.replace("\\", ""):
                self.read["poll"] = [began, False]

    def _kept(self, began):
        for delivery in self.read.values():
            if began > delivery[0]:
                delivery[1] = True

    def _acknowledged(self, way, key, number):
        _, is_kept = self.read.pop(key)
        self.seen[way] += 1
        if not is_kept:
            self.wrong.append(f"line {number}: {way}")


async def trace(run):
    """Run the product under strace beside `run`'s world; return the Order that was seen. Raise NoTrace."""
    _check()
    path = run.folder / "trace"
    environment = quiet_environment(run.folder) | run.zygote.environment
    process = await asyncio.create_subprocess_exec(
        "strace", "-D", "-f", "-y", "-s", "6000", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(path),
        sys.executable, "-m", "bot", "serve",
        cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _let_them_write(run)
    finally:
        # With -D the tracer is a grandchild, and this is the product itself.
        process.terminate()
        await process.wait()
        await asyncio.sleep(LAST_WORDS)
    order = Order(run.is_sqlite)
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines):
            order.note(number, line.split(" ", 1)[0], line.rstrip("\n"))
    return order


async def _let_them_write(run):
    """Let both services deliver, one message after the other."""
    telegram = OnTelegram(run.town, 800_001, run.chance, invitation="")
    whatsapp = OnWhatsApp(run.town, 800_002, run.chance, invitation="")
    for _ in range(EACH):
        for person in (telegram, whatsapp):
            await person._say("What can you do?")
            async with asyncio.timeout(PATIENCE):
                while run.town.pending():  # noqa: ASYNC110 - the provider tells nobody
                    await asyncio.sleep(0.02)
            # Nothing else of the product's may write while the next delivery is on its way.
            await asyncio.sleep(REST)


def _check():
    if shutil.which("strace") is None:
        raise NoTrace("strace is not installed; on Debian: apt install strace")
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if done.returncode:
        raise NoTrace("strace may not watch processes here (ptrace is refused)")
