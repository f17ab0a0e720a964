"""The order of system calls: what is acknowledged was on the disk, or committed by the server, before.

The product runs under strace while patients write by webhook and are polled for. On SQLite an fsync of
the database must have begun after the delivery was read and ended before its 200 is sent, or before
the poll's offset moves; on PostgreSQL its COMMIT must have come back in between. That server is watched
as well: between a COMMIT of what was inserted and its reply, an fsync of its log must have ended.
"""

import asyncio
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager

from tests.crash.bound import bound
from tests.crash.people import OnTelegram, OnWhatsApp
from tests.crash.system_calls import Order, ServerOrder
from tests.journeys.product import ROOT, quiet_environment

CALLS = "fsync,fdatasync,sendto,sendmsg,recvfrom,recvmsg,read,write"
EACH = 12
"""How many messages come by each way; each must be acknowledged in order."""

PATIENCE = 60
REST = 0.3
LAST_WORDS = 0.5
"""Seconds in which strace, which runs on its own, writes what it has still to write."""


class NoTrace(Exception):
    """System calls cannot be watched here; the text says why."""


async def trace(run):
    """Run the product under strace beside `run`'s world; return what was seen, as figures. Raise NoTrace."""
    _check()
    await run.database.make_safe()
    paths = run.folder / "trace", run.folder / "trace-of-server"
    async with _server_watched(run.database.process, paths[1]):
        await _product_watched(run, paths[0])
    order, server = Order(is_sqlite=run.is_sqlite), ServerOrder()
    for path, calls in zip(paths, (order, server), strict=True):
        _read(path, calls)
    told = {"seen": dict(order.seen), "wrong": [*order.wrong, *server.wrong]}
    if run.database.process is not None:
        told["seen"]["server"] = server.seen
    return told


def _read(path, calls):
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines):
            calls.note(number, line.split(" ", 1)[0], line.rstrip("\n"))


async def _product_watched(run, path):
    environment = quiet_environment(run.folder) | run.zygote.environment
    process = await asyncio.create_subprocess_exec(
        "strace", "-D", "-f", "-y", "-s", "6000", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(path),
        sys.executable, "-m", "bot", "serve",
        cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, preexec_fn=bound(),
    )  # fmt: skip
    try:
        await _let_them_write(run)
    finally:
        # With -D the tracer is a grandchild, and this is the product itself.
        process.terminate()
        await process.wait()
        await asyncio.sleep(LAST_WORDS)


@asynccontextmanager
async def _server_watched(pid, path):
    """Watch all of a server's processes, those that it starts from now on among them; none for None."""
    if pid is None:
        yield
        return
    process = await asyncio.create_subprocess_exec(
        "strace", "-f", "-y", "-s", "6000", "-e", f"trace={CALLS}", "-o", str(path), "-p", str(pid),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        preexec_fn=bound(),
    )  # fmt: skip
    try:
        said = await process.stderr.readline()
        if b"attached" not in said:
            raise NoTrace(f"strace may not watch the server: {said.decode().strip()}")
        yield
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _let_them_write(run):
    """Let both services deliver, one message after the other."""
    telegram = OnTelegram(run.town, 800_001, run.chance, invitation="")
    whatsapp = OnWhatsApp(run.town, 800_002, run.chance, invitation="")
    for _ in range(EACH):
        for person in (telegram, whatsapp):
            await person.says_something()
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
