import pytest

from handlers.errors import SettingError
from storage.engine import open_database
from storage.opening import make_ready
from tests.databases import PostgresServer


@pytest.fixture
async def opened():
    """Open databases that are closed at the end."""
    held = []

    def open_at(url):
        held.append(open_database(url))
        return held[-1]

    yield open_at
    for database in held:
        await database.close()


async def test_a_database_without_tables_is_named_with_the_mend(opened, postgres_server: PostgresServer):
    database = opened(postgres_server.url("postgres"))

    with pytest.raises(SettingError, match="DATABASE_URL: migrations: not run; run `yorisoi migrate`"):
        await make_ready(database, migrate=False)


@pytest.mark.parametrize("migrate", [True, False])
async def test_a_server_that_is_not_there_is_named(opened, migrate):
    database = opened("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(SettingError, match=r"DATABASE_URL: the database can't be opened"):
        await make_ready(database, migrate=migrate)


async def test_a_file_that_is_no_database_is_named(opened, tmp_path):
    (tmp_path / "yorisoi.db").write_text("a letter to my aunt, " * 100)

    with pytest.raises(SettingError, match=r"DATABASE_URL: the database can't be opened"):
        await make_ready(opened(f"sqlite:///{tmp_path}/yorisoi.db"), migrate=True)


async def test_making_ready_twice_is_harmless(opened, tmp_path):
    database = opened(f"sqlite:///{tmp_path}/yorisoi.db")
    await make_ready(database, migrate=True)

    await make_ready(database, migrate=True)
    await make_ready(database, migrate=False)
