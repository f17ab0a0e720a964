"""A fake provider in its own process, and our channel to it."""

import pytest

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import Graph
from bot.channels.whatsapp.render import Words
from tests.fakes.provider.client import WHATSAPP_NUMBER, WHATSAPP_TOKEN, FakeProvider

WORDS = Words(choose="Choose an answer", doors="Other actions", typed="Or type:")


@pytest.fixture(scope="session")
async def running_provider(tmp_path_factory):
    provider = await FakeProvider.start(tmp_path_factory.mktemp("provider") / "ledger.jsonl")
    yield provider
    await provider.stop()


@pytest.fixture
async def provider(running_provider):
    await running_provider.reset()
    await running_provider.connect_whatsapp()
    return running_provider


@pytest.fixture
async def graph(provider):
    graph = Graph(WHATSAPP_NUMBER, WHATSAPP_TOKEN, api=provider.url, seconds=2)
    yield graph
    await graph.close()


@pytest.fixture
def channel(graph, provider):
    return WhatsAppChannel(graph, lambda language: WORDS, media_hosts=(provider.host,))
