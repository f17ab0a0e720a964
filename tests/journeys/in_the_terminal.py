"""Somebody at the terminal: `yorisoi chat` as a child process with its standard input and output."""

import asyncio
import re

from tests.journeys.people import Heard, Person, Tapable
from tests.journeys.product import PROGRAM, ROOT
from tests.journeys.waiting import until

CHOICE = re.compile(r" ([ ✓])(\d+)\. (.*)")
KEYS = re.compile(r" {2}\[(.+)\]")
WIDE = {"COLUMNS": "2000"}
"""No line is broken: what was printed is read as it was meant."""


class InTheTerminal(Person):
    """One run of the program after another, on the same data."""

    channel = "terminal"
    unasked = frozenset({"Stay in this chat"})

    def __init__(self, product):
        super().__init__()
        self.product = product
        self._process = None
        self._reading = None
        self._printed = ""

    async def sits_down(self):
        """Start the program."""
        with (self.product.folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                PROGRAM, "chat", cwd=ROOT, env=self.product.environment | WIDE, stderr=log,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        self._reading = asyncio.create_task(self._read_on())

    async def sees(self, words):
        """Return once these words stand on the screen, said by whomever."""

        async def find():
            return words in self._printed

        await until(find, lambda: f"{words!r} was on the screen: {self._printed[-300:]} {self.product.log()}")

    async def is_cut_off(self):
        """Lose the program in the middle of everything."""
        self._process.kill()
        await self.close()

    async def close(self):
        """Wait for the program's end and return its exit code."""
        await self._reading
        return await self._process.wait()

    async def _say(self, text):
        self._process.stdin.write(f"{text}\n".encode())
        await self._process.stdin.drain()

    async def _tap(self, button):
        await self._say(button.data)

    async def _send(self, name, mime, content):
        path = self.product.folder / name
        path.write_bytes(content)
        await self._say(f"/file {path}")

    async def _read_on(self):
        while piece := await self._process.stdout.read(65_536):
            self._printed += piece.decode()

    async def _listen(self):
        # The program prints each message in one piece: what is on the screen is all there.
        self.heard = [_heard(number, block) for number, block in enumerate(self._printed.split("\n\n"))]


def _heard(number, block):
    lines = block.strip("\n").split("\n")
    choices = [CHOICE.fullmatch(line) for line in lines]
    buttons = [Tapable(found[3].rstrip(), found[2], found[1] == "✓") for found in choices if found]
    for keys in filter(None, map(KEYS.fullmatch, lines)):
        buttons += [Tapable(label, label) for label in keys[1].split("] [")]
    return Heard(number, "\n".join(lines), tuple(buttons))
