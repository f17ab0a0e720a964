import pytest
from argon2 import PasswordHasher

from bot.console import passwords
from storage.engine import open_database
from tests.console.house import House


@pytest.fixture
async def house(sqlite_url):
    """A clinic on SQLite."""
    database = open_database(sqlite_url)
    house = House(database)
    await house.open()
    yield house
    await database.close()


@pytest.fixture
async def house_on_each(database):
    """A clinic on SQLite, then one on PostgreSQL."""
    house = House(database)
    await house.open()
    return house


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Let a password cost a thousandth of what it costs in the product; test_sign_in.py sees to that."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._decoy.cache_clear()
