"""The lives of the product's processes: each is forked, told where to die, and followed by the next."""

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.bound import bound
from tests.journeys.product import quiet_environment

ROOT = Path(__file__).parents[2]
LEASE = 6
"""Seconds. On SQLite a start gives back what was leased; on PostgreSQL the leases have to run out."""

BIRTH = 20.0
LONGEST = 1.5
"""Seconds after which a life that is never hit is ended without being counted."""


@dataclass
class Life:
    """One process: what it told, and how it ended."""

    ident: int
    command: str
    order: dict
    pid: int = 0
    reached: list = field(default_factory=list)
    kill: dict | None = None
    open: dict | None = None
    is_done: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    born: asyncio.Event = field(default_factory=asyncio.Event)
    is_stopped: bool = False


class Zygote:
    """The process that forks lives, and the socket on which they tell what they reach."""

    def __init__(self, folder, environment, scratch_url):
        """Take the run's folder and settings, and a database in which it may live once ("": a file)."""
        self.folder = folder
        self.environment = environment
        self._scratch = {"SCRATCH_DATABASE_URL": scratch_url}
        self.lives = {}
        self._count = 0

    async def start(self):
        """Start it and return once it can fork."""
        self._socket = str(self.folder / "driver.socket")
        self._server = await asyncio.start_unix_server(self._listen, self._socket)
        surroundings = quiet_environment(self.folder) | self.environment | self._scratch
        with (self.folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crash.zygote", cwd=ROOT, env=surroundings,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
                preexec_fn=bound(),
            )  # fmt: skip
        assert await self._process.stdout.readline(), "the zygote did not start"

    async def stop(self):
        """End it; its lives are ended before."""
        self._process.stdin.close()
        await self._process.wait()
        self._server.close()

    async def fork(self, command, trap, *, environment=None, arguments=None):
        """Begin a life of `yorisoi <command>` and return it once it runs."""
        self._count += 1
        life = Life(self._count, command, trap)
        self.lives[life.ident] = life
        order = {
            "id": life.ident, "socket": self._socket, "command": command, "arguments": arguments or {},
            "environment": self.environment | (environment or {}), "trap": trap,
            "log": str(self.folder / "log"), "folder": str(ROOT),
        }  # fmt: skip
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        await asyncio.wait_for(life.born.wait(), BIRTH)
        return life

    async def _listen(self, reader, writer):
        first = json.loads(await reader.readline())
        life = self.lives[first["id"]]
        life.pid = first["pid"]
        loop = asyncio.get_running_loop()
        gone = os.pidfd_open(life.pid)
        over = asyncio.Event()
        loop.add_reader(gone, over.set)
        life.born.set()
        while line := await reader.readline():
            told = json.loads(line)
            life.kill = told.get("kill", life.kill)
            life.open = told.get("open", life.open)
            life.is_done = told.get("done", life.is_done)
            if "reached" in told:
                life.reached.append(tuple(told["reached"]))
        await over.wait()
        loop.remove_reader(gone)
        os.close(gone)
        writer.close()
        del self.lives[life.ident]
        life.ended.set()


def processor(life):
    """Return how many seconds of a processor a life has had."""
    try:
        fields = Path(f"/proc/{life.pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def end(life, number=signal.SIGKILL):
    """End a life that is not to be counted."""
    life.is_stopped = True
    try:
        os.kill(life.pid, number)
    except ProcessLookupError:
        return
