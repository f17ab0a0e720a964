import asyncio
import socket

import pytest

from bot.listening import WORKERS, take_address, take_workers_address
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


def test_two_workers_on_one_machine_answer_at_ports_of_their_own():
    with take_workers_address("127.0.0.1", None) as one, take_workers_address("127.0.0.1", None) as other:
        ports = one.getsockname()[1], other.getsockname()[1]

    assert ports[0] != ports[1]


def test_a_worker_finds_a_port_where_all_of_its_own_are_taken(monkeypatch):
    monkeypatch.setattr("bot.listening.WORKERS", WORKERS[:0])

    with take_workers_address("127.0.0.1", None) as address:
        assert address.getsockname()[1] not in WORKERS


def test_a_worker_takes_the_port_that_it_is_told():
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(SettingError, match="is taken"):
        take_workers_address("127.0.0.1", other.getsockname()[1])


async def test_a_reply_does_not_wait_until_its_head_is_acknowledged():
    connected = asyncio.Queue()
    address = take_address("127.0.0.1", 0)
    async with await asyncio.start_server(lambda _, writer: connected.put_nowait(writer), sock=address):
        _, caller = await asyncio.open_connection(*address.getsockname())
        ours = await connected.get()

        assert ours.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        caller.close()
        ours.close()
