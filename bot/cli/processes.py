"""The commands that go on until they are stopped: `demo`, `serve`, `web`, `worker`."""

import asyncio
import os

from bot.app import Roles, run
from bot.cli.running import read, work
from bot.cli.words import SPEECH
from bot.demo import demo_settings, make_clinic
from bot.foundation import Foundation
from bot.staff_door import first_link
from bot.tidings import announce


def demo() -> None:
    """Start Yorisoi on this machine with a sample clinic: no token, no account, no server."""
    settings = read(lambda: demo_settings(os.environ))
    work(settings, _demo, human=True, level="WARNING", serves=True)


def serve() -> None:
    """Run everything in one process: web pages, workers, sending."""
    work(read(), lambda base: run(base, Roles()), serves=True)


def web() -> None:
    """Run the web process: chat, console, webhooks. Needs PostgreSQL and a `worker` beside it."""
    work(read(), lambda base: run(base, Roles(web=True, worker=False)), migrate=False, serves=True)


def worker() -> None:
    """Run a worker process: inbox, check-ins, sending. Any number may run on PostgreSQL."""
    work(read(), lambda base: run(base, Roles(web=False, worker=True)), migrate=False, serves=True)


async def _demo(base: Foundation) -> None:
    await make_clinic(base)
    link = await first_link(base)
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(run(base, Roles(), ready))
        telling = tasks.create_task(announce(base, link, ready, SPEECH))
        await serving
        telling.cancel()
