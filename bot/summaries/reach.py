"""Where summaries may be posted: to a host of the clinic's, never to this machine or what stands behind it.

Whoever may write an address into the console could else make the server ask itself, its link, or the service
by which a cloud hands out the machine's own keys. The operator can allow a host by name (DELIVERY_HOSTS). A
name is looked up once: what was looked at is what is called, whatever the name says a moment later.
"""

import asyncio
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import httpx2

from handlers.errors import SendLater, SendRejected

REFUSED: Final = "address-refused"
_METADATA: Final = tuple(
    ip_network(one)
    for one in ("100.100.100.200/32", "168.63.129.16/32", "192.0.0.0/24", "fd00:ec2::/32", "fd20:ce::/32")
)
"""Where clouds answer their own machines; the usual 169.254.169.254 is an address of the link anyway."""
_NAT64: Final = ip_network("64:ff9b::/96")
_LOW: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Target:
    """One address to call, with the name that its certificate must bear."""

    url: str
    host: str
    name: str


def is_refused(address: str) -> bool:
    """Say whether nothing may be posted to an IP address."""
    found = _plain(ip_address(address))
    return (
        found.is_loopback
        or found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or found.is_reserved
        or any(found in network for network in _METADATA if network.version == found.version)
    )


def is_refused_host(host: str, allowed: Collection[str]) -> bool:
    """Say whether a host is refused by its name alone: this machine, or an address that is written out."""
    if host in allowed:
        return False
    try:
        return is_refused(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def targets_of(url: str, allowed: Collection[str]) -> Sequence[Target]:
    """Return what to call for a URL, the likeliest first; raise SendRejected or SendLater."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError) as error:
        raise SendRejected("address") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise SendRejected("address")
    addresses = await _addresses(parsed.host, parsed.port or 0)
    if parsed.host not in allowed and any(map(is_refused, addresses)):
        raise SendRejected(REFUSED)
    host = parsed.netloc.decode("ascii")
    return [Target(str(parsed.copy_with(host=one)), host, parsed.host) for one in addresses]


async def _addresses(host: str, port: int) -> Sequence[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SendLater("connect") from error
    # Each once, those of IPv4 first: many machines have names with IPv6 addresses that nobody answers at.
    return sorted(dict.fromkeys(str(one[4][0]) for one in found), key=lambda address: ":" in address)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one stands for, else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & _LOW)
    return address.ipv4_mapped or address.sixtofour or address
