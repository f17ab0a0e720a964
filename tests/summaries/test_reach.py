"""Summaries leave this machine: no address that leads back to it, by whatever name."""

import asyncio

import pytest

from bot.summaries.carriers import by_fhir
from bot.summaries.reach import is_refused, is_refused_host, targets_of
from handlers.errors import SendLater, SendRejected
from tests.summaries.receiving import FakeClinic

BUNDLE = {"identifier": {"value": "b1"}, "entry": []}
BACK_HERE = [
    *("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "169.254.169.254", "fe80::1", "224.0.0.1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00:ec2::254"),
    *("100.100.100.200", "168.63.129.16", "255.255.255.255"),
]


@pytest.mark.parametrize("address", BACK_HERE)
def test_no_address_leads_back_here(address):
    assert is_refused(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "10.0.0.7", "192.168.1.20", "2606:2800:220:1::1"])
def test_a_clinic_s_own_server_may_stand_in_its_network(address):
    assert not is_refused(address)


@pytest.mark.parametrize("host", ["localhost", "any.localhost", "127.0.0.1", "169.254.169.254"])
def test_the_console_refuses_them_by_name_unless_the_operator_allows_the_host(host):
    assert is_refused_host(host, ())
    assert not is_refused_host(host, (host,))
    assert not is_refused_host("fhir.clinic.example", ())


@pytest.fixture
async def names(monkeypatch):
    """Say what names mean, as a name server would."""
    known = {}

    async def look_up(host, port, **_):
        if host not in known:
            raise OSError("no such name")
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    return known


async def test_a_name_that_means_one_address_here_is_refused_whole(names):
    names["evil.example"] = ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(SendRejected, match="address-refused"):
        await targets_of("https://evil.example/", ())


async def test_what_was_looked_at_is_what_is_called(names):
    names["fhir.clinic.example"] = ["2606:2800:220:1::1", "93.184.216.34"]

    targets = await targets_of("https://fhir.clinic.example:8443/r4?x=1", ())

    assert [one.url for one in targets] == [
        "https://93.184.216.34:8443/r4?x=1",
        "https://[2606:2800:220:1::1]:8443/r4?x=1",
    ]
    assert {(one.host, one.name) for one in targets} == {("fhir.clinic.example:8443", "fhir.clinic.example")}


async def test_a_name_that_nobody_knows_is_asked_for_again(names):
    with pytest.raises(SendLater):
        await targets_of("https://nobody.example/", ())


@pytest.mark.parametrize("url", ["ftp://clinic.example/", "file:///etc/passwd", "https://", "x"])
async def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(SendRejected):
        await targets_of(url, ())


async def test_nothing_is_sent_to_this_machine_unless_the_operator_allows_it():
    async with FakeClinic() as clinic:
        with pytest.raises(SendRejected):
            await by_fhir({"url": clinic.url}, BUNDLE, allowed=())
        assert clinic.requests == []

        await by_fhir({"url": clinic.url}, BUNDLE, allowed=("127.0.0.1",))

    [(headers, _)] = clinic.requests
    assert headers["host"] == clinic.url.split("/")[2]
