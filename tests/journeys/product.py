"""The product as its own processes: started, killed, started again, asked through its command line."""

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from bot.clock import jump
from tests.journeys.waiting import until

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("yorisoi")
ADMINISTRATOR = "anna@clinic.example"
BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Ten in the morning in Tokyo."""
START = 60
"""Seconds that processes may take to start where many share the machine."""
TAIL = 4000


class Product:
    """One installation in a folder of its own; `settings` are YORISOI_… without the prefix."""

    def __init__(self, folder, database_url, *, roles=("serve",), **settings):
        self.folder = folder
        self.roles = roles
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.clock_file = folder / "clock"
        self.settings = {
            "ENV": "test",
            "DATABASE_URL": database_url,
            "STORAGE_URL": f"file://{folder}/files",
            "PUBLIC_URL": self.url,
            "CLOCK_FILE": str(self.clock_file),
            "TICK_SECONDS": "2",
        } | settings
        self.processes = []
        self.move_clock(BEGIN)

    @property
    def environment(self):
        """What a process of the product gets to see: nothing of ours but where Python lies."""
        prefixed = {f"YORISOI_{name}": value for name, value in self.settings.items() if value is not None}
        return quiet_environment(self.folder) | prefixed | {"HOST": "127.0.0.1", "PORT": str(self.port)}

    def move_clock(self, moment):
        """Set business time; every process sees it within a tenth of a second."""
        jump(self.clock_file, moment)

    async def open(self):
        """Make clinic and administrator, start, and return the one-time link to the console."""
        link = await self.run("staff", "add", ADMINISTRATOR)
        await self.start()
        return link.strip().splitlines()[-1]

    async def start(self):
        """Start every process and return once the product says that it is ready."""
        self.processes = [await self._spawn(role) for role in self.roles]
        await until(self._is_ready, lambda: f"ready: {self.log()}", seconds=START)

    async def kill(self):
        """Take every process away without a word, as a power cut does."""
        for process in self.processes:
            with suppressed_exit():
                process.send_signal(signal.SIGKILL)
        await self._gone()

    async def restart(self):
        """Kill everything and start it again."""
        await self.kill()
        await self.start()

    async def stop(self):
        """Ask every process to end; return their exit codes."""
        for process in self.processes:
            with suppressed_exit():
                process.terminate()
        return await self._gone()

    async def run(self, *words, code=0):
        """Run one command of the product and return what it printed; fail unless it ends with `code`."""
        process = await self._spawn(*words, stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        assert process.returncode == code, f"{words}: {process.returncode}: {self.log()}"
        return printed.decode()

    async def json(self, *words):
        """Run a command with --json and return what it says."""
        return json.loads(await self.run(*words, "--json"))

    async def export(self):
        """Return the contract export."""
        return await self.json("export", "--contract")

    def log(self):
        """Return the end of what the processes wrote to their logs."""
        return (self.folder / "log").read_text(errors="replace")[-TAIL:]

    async def _spawn(self, *words, stdout=None):
        with (self.folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                PROGRAM, *words, cwd=ROOT, env=self.environment, stdin=asyncio.subprocess.DEVNULL,
                stdout=stdout or log, stderr=log,
            )  # fmt: skip

    async def _is_ready(self):
        ended = [process.returncode for process in self.processes if process.returncode is not None]
        assert not ended, f"ended with {ended}: {self.log()}"
        try:
            async with httpx2.AsyncClient(timeout=2) as http:
                return (await http.get(f"{self.url}/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    async def _gone(self):
        codes = [await process.wait() for process in self.processes]
        self.processes = []
        return codes


def quiet_environment(folder):
    """Return the few variables that a child process needs."""
    ours = ("PATH", "PYTHONPATH", "PYTHONPYCACHEPREFIX")
    kept = {name: os.environ[name] for name in ours if name in os.environ}
    return kept | {"HOME": str(folder), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def suppressed_exit():
    """Overlook that a process has ended by itself."""
    try:
        yield
    except ProcessLookupError:
        return
