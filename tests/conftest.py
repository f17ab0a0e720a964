"""Fixtures that storage, scheduler and journey tests share: a migrated database of each kind."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from storage.engine import Database, open_database
from tests.databases import NoPostgres, PostgresServer, copied, emptied, migrated, start_postgres
from tests.journeys.groups import group_of
from tests.lacking import lacking
from tests.memory import (
    keep_new_files_in_memory,
    make_each_field_once,
    read_each_file_once,
    sweep_only_what_is_new,
)

# How long one example takes is no finding where several processes share a few cores.
settings.register_profile("yorisoi", settings(), deadline=None)
settings.load_profile("yorisoi")

KINDS = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
]


class Grouped(LoadScopeScheduling):
    """Gives each test to any worker, but those of one journey all to the same."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Do what --dist loadgroup would: xdist 3.8 no longer finds its groups under pytest 9.2."""
    return Grouped(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_configure() -> None:
    """Settle where files lie and how they are read, before the first test module asks for any."""
    keep_new_files_in_memory()
    read_each_file_once()
    make_each_field_once()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave modules and collected tests to themselves."""
    sweep_only_what_is_new()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this session; tests that need it are skipped where there is none."""
    try:
        server = start_postgres()
    except NoPostgres as reason:
        lacking("YORISOI_POSTGRES_REQUIRED", str(reason))
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def postgres_database(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The URL of a migrated PostgreSQL database of this session."""
    name = f"yorisoi_{uuid4().hex[:16]}"
    url = await postgres_server.create(name)
    await migrated(url)
    yield url
    await postgres_server.drop(name)


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "yorisoi.db"
    await migrated(f"sqlite:///{path}")
    return path


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite file of this test's own."""
    return await copied(sqlite_template, tmp_path / "yorisoi.db")


@pytest.fixture
async def postgres_url(postgres_database: str) -> str:
    """The URL of a migrated PostgreSQL database in which this test is alone."""
    await emptied(postgres_database)
    return postgres_database


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database, once of each kind."""
    wanted = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(wanted)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated database, once of each kind."""
    opened = open_database(database_url)
    yield opened
    await opened.close()
