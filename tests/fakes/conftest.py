"""The fake Telegram, started once for a file of tests and fresh for each."""

import httpx2
import pytest

from tests.fakes.provider.client import FakeProvider

CHAT = 990000123


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory):
    return tmp_path_factory.mktemp("provider") / "ledger.jsonl"


@pytest.fixture(scope="module")
async def running(ledger_file):
    provider = await FakeProvider.start(ledger_file)
    yield provider
    await provider.stop()


@pytest.fixture
async def provider(running):
    await running.reset()
    return running


@pytest.fixture
async def patient(provider):
    patient = provider.patient(CHAT)
    await patient.start()
    return patient


@pytest.fixture
async def call(provider):
    """Call the Bot API with plain HTTP, as any library may."""
    async with httpx2.AsyncClient(timeout=10) as http:

        async def call(method, headers=None, **params):
            url = f"{provider.url}/bot{provider.token}/{method}"
            return (await http.post(url, json=params, headers=headers)).json()

        yield call
