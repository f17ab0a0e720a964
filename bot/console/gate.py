"""How often somebody may try: by account, by network, and by device, each waiting longer with every failure.

A browser in which this account came in before has a count of its own, and neither the account's nor the
network's is asked: whoever guesses at a colleague's password from elsewhere shuts nobody out. The mark that
the browser keeps opens nothing, it only tells whose count it is.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.console.deps import Console
from storage.sign_in_tries import Counted

_FREE: Final = 5
_FREE_OF_NETWORK: Final = 30
_HALF_YEAR: Final = 180 * 24 * 3600
_IPV6_NETWORK: Final = 64


@dataclass(frozen=True, slots=True)
class Try:
    """One try that was counted: whose it was alone, and what others share."""

    own: tuple[str, ...]
    shared: tuple[str, ...] = ()


class Gate:
    """Counts tries and knows devices again."""

    def __init__(self, deps: Console) -> None:
        """Take the store of tries and the clock."""
        self._deps = deps
        self._secure = urlsplit(deps.public_url).scheme == "https"
        self._cookie = "__Host-yorisoi-device" if self._secure else "yorisoi-device"

    async def take(self, request: Request, kind: str, account: str) -> Try | None:
        """Count a try of `kind` at an account before it is looked at; None if it is too soon for one."""
        device = await self._device(request, account)
        if device:
            made = Try((f"{kind}:device:{device}",))
        else:
            made = Try((f"{kind}:account:{account}",), (f"{kind}:network:{network_of(request)}",))
        counted = [
            *(Counted(who, _FREE) for who in made.own),
            *(Counted(who, _FREE_OF_NETWORK) for who in made.shared),
        ]
        now = self._deps.now_system()
        return made if await self._deps.door.tries.take(self._deps.clinic, counted, now_system=now) else None

    async def passed(self, made: Try) -> None:
        """Forget the failures of who got in."""
        await self._deps.door.tries.passed(self._deps.clinic, made.own, made.shared)

    async def remember(self, request: Request, response: Response, account: str) -> None:
        """Let this browser be known again as one in which the account came in."""
        if await self._device(request, account):
            return
        name = self._deps.ids.short()
        mark = await self._deps.door.tries.mark(self._deps.clinic, account, name)
        response.set_cookie(
            self._cookie,
            f"{name}.{mark}",
            max_age=_HALF_YEAR,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    async def _device(self, request: Request, account: str) -> str:
        name, _, mark = request.cookies.get(self._cookie, "").partition(".")
        is_ours = bool(mark) and mark == await self._deps.door.tries.mark(self._deps.clinic, account, name)
        return name if is_ours else ""


def network_of(request: Request) -> str:
    """Return where a request comes from; of IPv6 the network, since a home has many addresses there."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    is_six = isinstance(address, IPv6Address)
    return str(ip_network((address, _IPV6_NETWORK), strict=False)) if is_six else host
