"""The product forked off a process that has read everything already: a process of its own all the same."""

import asyncio
import json
import os
import signal
import sys
from itertools import count

from tests.journeys.product import ROOT, Product, quiet_environment


class Zygote:
    """The process that forks; started when it is first asked."""

    def __init__(self):
        self._process = None
        self._starting = asyncio.Lock()
        self._numbers = count()
        self._begun = {}
        self._reading = None

    async def fork(self, words, **how):
        """Start the product with these words; `how` says its environment, stdout and stderr (paths)."""
        async with self._starting:
            if self._process is None:
                await self._start()
        number = next(self._numbers)
        self._begun[number] = begun = ForkedProcess()
        order = {"id": number, "words": words} | how
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await begun.is_there.wait()
        return begun

    async def stop(self):
        """End it, if it was ever started."""
        if self._process is not None:
            self._process.stdin.close()
            await self._process.wait()
            await self._reading

    async def _start(self):
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.journeys.zygote", cwd=ROOT,
            env=quiet_environment(ROOT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())

    async def _read(self):
        while line := await self._process.stdout.readline():
            said = json.loads(line)
            self._begun[said["id"]].hear(said)
            if "code" in said:
                del self._begun[said["id"]]


class ForkedProcess:
    """What asyncio gives of a process, for one that somebody else has started."""

    def __init__(self):
        self.pid = self.returncode = None
        self.is_there, self._is_over = asyncio.Event(), asyncio.Event()

    def hear(self, said):
        """Take what the zygote says of it."""
        if "pid" in said:
            self.pid = said["pid"]
            self.is_there.set()
        else:
            self.returncode = said["code"]
            self._is_over.set()

    def send_signal(self, number):
        """Send it a signal; raise ProcessLookupError if it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def terminate(self):
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    async def wait(self):
        """Return its exit code when it has ended."""
        await self._is_over.wait()
        return self.returncode


ZYGOTE = Zygote()


class Forked(Product):
    """The product, each of its processes a fork of the zygote."""

    async def run(self, *words, code=0):
        """Run one command of the product and return what it printed; fail unless it ends with `code`."""
        said = self.folder / f"said-{next(_COMMANDS)}"
        process = await self._fork(words, said)
        ended = await process.wait()
        assert ended == code, f"{words}: {ended}: {self.log()}"
        return said.read_text()

    async def _spawn(self, *words):
        return await self._fork(words, self.folder / "log")

    async def _fork(self, words, stdout):
        log = str(self.folder / "log")
        return await ZYGOTE.fork(words, environment=self.environment, stdout=str(stdout), stderr=log)


_COMMANDS = count()
