import socket

import pytest

from bot.listening import take_address
from handlers.errors import SettingError


def test_a_taken_port_is_named_together_with_a_way_out():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(SettingError, match=rf"PORT: {port} is taken .* start with PORT="):
            take_address("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_host_that_is_not_ours_is_named(host):
    with pytest.raises(SettingError, match=f"HOST: {host} is no address"):
        take_address(host, 0)


def test_a_free_port_is_bound():
    with take_address("127.0.0.1", 0) as address:
        assert address.getsockname()[0] == "127.0.0.1"
