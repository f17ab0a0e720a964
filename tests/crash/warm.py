"""Lives once in the zygote, so that whatever is made at its first use is there in every life.

A whole small town lives here beside the product, in this one process and on data of its own: two
patients go through the intake and a check-in, and staff give every command. Nothing of the product's
state outlives that; what does are compiled statements, read locales, checked signatures of routes.
"""

import asyncio
import os
import random
import signal
import sys
import threading
from contextlib import redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fastapi._compat.v2
import httpcore2._ssl
import httpx._config
import pydantic
from sqlalchemy import Engine, util
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

import bot.cli.desk
import bot.cli.handing_out
import bot.cli.invitation
import bot.cli.staff
import storage.shelves
from bot.app import Roles, run
from bot.checker.pool import Checker
from bot.clock import jump
from bot.demo import make_clinic
from bot.desk_commands import enrol, invite, patients
from bot.foundation import foundation
from bot.houses import ways_of
from bot.lines import connect
from bot.settings import read_settings
from handlers.core.inspection import Finding, Inspection
from tests.crash.errands import ERRANDS
from tests.crash.people import Crowd, OnTelegram, OnWhatsApp
from tests.crash.town import Town
from tests.journeys.product import free_port

BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)
DUE = timedelta(days=31, minutes=5)
"""From a treatment in the morning to the first check-in, in the morning too."""

TOKEN = "100000000"
MOST = 20.0
"""Seconds for each part; what is not warm by then is made in each life."""

STATEMENTS = 5000


def keep_what_is_made_once():
    """Let statements, routes' fields and certificates be made once in a process and all its children."""
    compiled = util.LRUCache(STATEMENTS)
    Engine._compiled_cache = property(lambda _: compiled, lambda *_: None)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_asyncpg):
        # A dialect is part of a compiled statement's key, and each engine makes its own, all the same.
        dialect.__eq__ = lambda one, other: type(one) is type(other)
        dialect.__hash__ = lambda one: hash(type(one))
    adapters = {}

    def adapter(annotation, *, config=None):
        key = repr((annotation, config))
        if key not in adapters:
            adapters[key] = pydantic.TypeAdapter(annotation, config=config)
        return adapters[key]

    fastapi._compat.v2.TypeAdapter = adapter
    Checker.inspect = _found_fine
    for make in (httpx._config.create_ssl_context, httpcore2._ssl.default_ssl_context):
        _replace_everywhere(make, _always(make()))


async def _found_fine(*_, **__):
    """Stand for the child that looks into a file: its start takes longer than a life (see tests/files)."""
    return Inspection(Finding.FINE, mime="image/png")


def _always(made):
    return lambda *_, **__: made


def _replace_everywhere(old, new):
    """Put `new` wherever a module has imported `old` by its name."""
    for module in list(sys.modules.values()):
        names = [name for name, value in list(getattr(module, "__dict__", {}).items()) if value is old]
        for name in names:
            setattr(module, name, new)


def live_once(database_url):
    """Live in a folder and a database (an empty one) of this process's own."""
    own = Path(os.environ["YORISOI_CLOCK_FILE"]).parent / "scratch"
    own.mkdir()
    kept = dict(os.environ)
    port = free_port()
    os.environ |= {
        "YORISOI_DATABASE_URL": database_url or f"sqlite:///{own}/yorisoi.db",
        "YORISOI_STORAGE_URL": f"file://{own}/files",
        "YORISOI_CLOCK_FILE": str(own / "clock"),
        "YORISOI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
    }
    world, store = _World(own, port), storage.shelves.LocalStore
    storage.shelves.LocalStore = _PlainStore
    try:
        with redirect_stdout(sys.stderr):
            code, invitation = asyncio.run(_live(world))
            _give_each_command(code, invitation)
    finally:
        storage.shelves.LocalStore = store
        world.close()
        os.environ.clear()
        os.environ.update(kept)


class _PlainStore:
    """Moves files without threads of its own: those of the true store would be missing in every fork."""

    def __init__(self, root):
        self._root = root

    async def rename_async(self, old, new):
        os.rename(self._root / old, self._root / new)  # noqa: PTH104


class _World:
    """The services and two patients, in a loop and a thread of their own: commands have loops, too."""

    def __init__(self, own, port):
        self.own = own
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.do(self._open(port))

    def do(self, coroutine):
        """Have something done there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(MOST)

    def move(self, moment):
        """Set business time."""
        self._town.stage.set_clock(moment.timestamp())
        jump(self.own / "clock", moment)

    async def come(self, invitation):
        """Let both patients begin."""
        for number, kind in enumerate((OnTelegram, OnWhatsApp)):
            person = kind(self._town, 900_004 + number, random.Random(number), invitation=invitation)
            self._crowd.add(person)
            await person.starts()

    async def until_done(self, phase):
        """Return when both have answered what this phase asks."""
        people = list(self._crowd.people.values())
        while not all(person.phase == phase and person.is_done for person in people):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def expect(self, phase):
        """Let both wait for the questions of this phase."""
        for person in self._crowd.people.values():
            person.phase, person.last = phase, None

    def close(self):
        """Serve no more, and leave no thread: what follows is forked."""
        self._listening.cancel()
        self.do(self._town.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self, port):
        self._town = Town(self.own / "ledger.jsonl")
        os.environ |= {f"YORISOI_{name}": value for name, value in self._town.settings().items()}
        self.move(BEGIN)
        await self._town.open(f"http://127.0.0.1:{port}/webhooks/whatsapp/main")
        self._crowd = Crowd(self._town)
        self._listening = asyncio.create_task(self._crowd.listen())


async def _live(world):
    """Run the product until both have answered a check-in; return a case number and an invitation."""
    async with foundation(read_settings(dict(os.environ)), serves=True) as base:
        await make_clinic(base)
        lines = await connect(base)
        links = await invite(base, ways_of(base, lines), is_open=True)
        await lines.close()
        invitation = links[0]["url"].rpartition("/")[2]
        ready = asyncio.Event()
        running = asyncio.create_task(run(base, Roles(), ready))
        await ready.wait()
        await _do(world, world.come(invitation))
        await _do(world, world.until_done("intake"))
        codes = [row["code"] for row in await patients(base)]
        for code in codes:
            await enrol(base, code, "infusion", f"{BEGIN:%Y-%m-%dT%H:%M}", "UTC")
        await _do(world, world.expect("M1"))
        world.move(BEGIN + DUE)
        await _do(world, world.until_done("M1"))
        os.kill(os.getpid(), signal.SIGTERM)
        await running
    return codes[0], invitation


async def _do(world, coroutine):
    with suppress(TimeoutError):
        await asyncio.to_thread(world.do, coroutine)


def _give_each_command(code, invitation):
    bot.cli.handing_out.summary(code)
    bot.cli.invitation.invite(is_open=True)
    bot.cli.staff.staff_add("warm@clinic.example")
    for errand in ERRANDS.values():
        errand(token=TOKEN, invitation=invitation)
