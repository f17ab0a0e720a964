import pytest

from storage.engine import open_database
from tests.console.house import House


@pytest.fixture
async def house(sqlite_url):
    """A clinic on SQLite."""
    database = open_database(sqlite_url)
    house = House(database)
    await house.open()
    yield house
    house.unpacked.cleanup()
    await database.close()


@pytest.fixture
async def house_on_each(database):
    """A clinic on SQLite, then one on PostgreSQL."""
    house = House(database)
    await house.open()
    yield house
    house.unpacked.cleanup()
