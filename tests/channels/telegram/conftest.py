"""A fake provider in its own process, and our connection to it."""

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.connection import Connection
from tests.fakes.provider.client import FakeProvider


@pytest.fixture(scope="session")
async def running_provider(tmp_path_factory):
    provider = await FakeProvider.start(tmp_path_factory.mktemp("provider") / "ledger.jsonl")
    yield provider
    await provider.stop()


@pytest.fixture
async def provider(running_provider):
    await running_provider.reset()
    return running_provider


@pytest.fixture
async def connection(provider):
    connection = Connection(provider.token, api=provider.url, seconds=5)
    yield connection
    await connection.close()


@pytest.fixture
def channel(connection):
    return TelegramChannel(connection)
