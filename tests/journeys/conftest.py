"""The installations on which the story is told: once each, and every test looks at what was told."""

from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple
from uuid import uuid4

import pytest

from tests.databases import NoPostgres, start_postgres
from tests.journeys.clinic import Clinic, clinic
from tests.journeys.forked import ZYGOTE, Forked
from tests.journeys.product import Product
from tests.journeys.story import tell

ALL = ("web", "telegram", "whatsapp")
SPLIT = ("web", "worker", "worker")


class Installation(NamedTuple):
    """A way to run the product: its database, its processes, how Telegram reaches it, and who talks."""

    database: str
    roles: tuple
    channels: tuple
    webhook: bool = False


INSTALLATIONS = {
    "sqlite": Installation("sqlite", ("serve",), ALL),
    "sqlite-webhook": Installation("sqlite", ("serve",), ("telegram",), webhook=True),
    "postgresql": Installation("postgresql", SPLIT, ALL),
    "postgresql-webhook": Installation("postgresql", SPLIT[:2], ("telegram",), webhook=True),
}


def marked(kind, value, test_id):
    """Return a parameter whose tests take their time, and may need PostgreSQL."""
    marks = [pytest.mark.timeout(600)]
    if kind == "postgresql":
        marks.append(pytest.mark.postgres)
    return pytest.param(value, id=test_id, marks=marks)


TOLD = [
    marked(installation.database, (name, channel), f"{name}-{channel}")
    for name, installation in INSTALLATIONS.items()
    for channel in installation.channels
]


class Stories:
    """Tells each installation's story when it is first asked for; only the newest stays open."""

    def __init__(self, tmp_path_factory):
        self._tmp = tmp_path_factory
        self._told = {}
        self._open = AsyncExitStack()

    async def get(self, name):
        """Return the story, or raise what cut it short: it is told once, whatever comes of it."""
        if name not in self._told:
            await self.close()
            self._told[name] = await self._tell(name)
        if isinstance(self._told[name], BaseException):
            raise self._told[name]
        return self._told[name]

    async def _tell(self, name):
        try:
            place = await self._open.enter_async_context(self._place(name))
            return await tell(place, INSTALLATIONS[name].channels)
        except (Exception, pytest.skip.Exception) as cut_short:  # noqa: BLE001 - each test tells of it
            return cut_short

    async def close(self):
        await self._open.aclose()

    @asynccontextmanager
    async def _place(self, name):
        installation, folder = INSTALLATIONS[name], self._tmp.mktemp(name)
        async with (
            database(installation.database, folder) as url,
            clinic(folder, url, roles=installation.roles, webhook=installation.webhook) as place,
        ):
            yield place


@asynccontextmanager
async def database(kind, folder):
    """Give the URL of a new, empty database, on a server that ends after the product does.

    On PostgreSQL it belongs to an ordinary role, which the policies of row-level security bind.
    """
    if kind == "sqlite":
        yield f"sqlite:///{folder}/yorisoi.db"
        return
    try:
        server = start_postgres()
    except NoPostgres as reason:
        pytest.skip(str(reason))
    name = f"journey_{uuid4().hex[:12]}"
    try:
        await server.create(name)
        yield await server.give_to_plain_role(name)
        await server.drop(name)
    finally:
        server.stop()


@pytest.fixture(scope="session", autouse=True)
async def zygote():
    """Let the clinics of this run start their processes in no time."""
    Clinic.starts = Forked
    yield
    Clinic.starts = Product
    await ZYGOTE.stop()


@pytest.fixture(scope="session")
async def stories(tmp_path_factory):
    """The stories of this run."""
    stories = Stories(tmp_path_factory)
    yield stories
    await stories.close()


@pytest.fixture(params=TOLD)
async def told(request, stories):
    """What was seen of one patient: the story, told once per installation."""
    name, channel = request.param
    return (await stories.get(name)).of(channel)


@pytest.fixture(scope="session")
async def house(tmp_path_factory):
    """A running clinic of the installed program, which several tests share, each with people of its own."""
    folder = tmp_path_factory.mktemp("house")
    url = f"sqlite:///{folder}/yorisoi.db"
    async with clinic(folder, url, webhook=True, starts=Product) as place:
        yield place
