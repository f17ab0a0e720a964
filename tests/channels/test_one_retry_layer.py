"""Nothing below the outbox tries again: two layers that do have made nine copies elsewhere."""

import pytest

from bot.channels.telegram.connection import IDLE_SECONDS, Connection
from bot.channels.whatsapp.client import Graph
from tests.fakes.provider.client import TOKEN


@pytest.fixture
async def clients():
    connection, graph = Connection(TOKEN), Graph("1", "token")
    yield [*(request._client for request in connection._requests), graph._http]
    await connection.close()
    await graph.close()


@pytest.fixture
def transports(clients):
    return [client._transport for client in clients]


async def test_no_http_client_tries_again_by_itself(transports):
    assert [transport._pool._retries for transport in transports] == [0, 0, 0]


async def test_no_http_client_follows_a_redirect_with_a_message(clients):
    assert [client.follow_redirects for client in clients] == [False] * 3


async def test_no_http_client_uses_a_connection_that_the_other_side_may_be_closing(transports):
    assert {transport._pool._keepalive_expiry for transport in transports} == {IDLE_SECONDS}
    assert IDLE_SECONDS < 5
