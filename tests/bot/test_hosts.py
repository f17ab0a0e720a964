"""One host, one clinic: the Host header says whose pages answer, and nothing else does."""

import pytest

from bot.clinics import address_of
from bot.hosts import ByHost


def answers(host):
    """Return which clinic answers at a host."""
    asked = []

    def app(name):
        async def answer(*_):
            asked.append(name)

        return answer

    headers = [] if host is None else [(b"x-forwarded-host", b"kobe.example"), (b"host", host.encode())]
    call = ByHost(app("usual"), {"kobe.example": app("kobe")})(
        {"type": "http", "headers": headers}, None, None
    )
    with pytest.raises(StopIteration):
        call.send(None)
    return asked


@pytest.mark.parametrize(
    ("host", "clinic"),
    [
        *(("kobe.example", "kobe"), ("KOBE.example:8443", "kobe"), ("kobe.example.", "kobe")),
        *((None, "usual"), ("", "usual"), ("clinic.example", "usual"), ("notkobe.example", "usual")),
        *(("kobe.example.evil.example", "usual"), ("[::1]:80", "usual")),
    ],
)
def test_a_host_leads_to_its_clinic_and_any_other_to_the_one_of_the_settings(host, clinic):
    assert answers(host) == [clinic]


@pytest.mark.parametrize(
    ("public_url", "host", "address"),
    [
        ("https://clinic.example", "kobe.example", "https://kobe.example"),
        ("http://127.0.0.1:8000", "127.0.0.2", "http://127.0.0.2:8000"),
        ("https://clinic.example", "", "https://clinic.example"),
    ],
)
def test_a_clinics_address_is_that_of_the_settings_at_its_own_host(public_url, host, address):
    assert address_of(public_url, host) == address
