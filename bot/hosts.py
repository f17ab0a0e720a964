"""One host, one clinic: whose pages answer a request stands in its Host header, and in nothing else."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.front_console import make_console
from bot.health import Health
from bot.houses import House
from bot.web import make_web

_HOST: Final = b"host"


class ByHost:
    """ASGI application of several clinics. A host that is nobody's belongs to the clinic of the settings."""

    def __init__(self, usual: ASGIApp, by_host: Mapping[str, ASGIApp]) -> None:
        """Take the application of the settings' clinic, and the others by the hosts of their pages."""
        self._usual = usual
        self._by_host = by_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application of the host answer."""
        await self._by_host.get(_host(scope), self._usual)(scope, receive, send)


def pages_of(houses: Sequence[House], health: Health) -> ASGIApp:
    """Return the application that answers for every clinic, the one that the settings make first."""
    usual, *others = ((house.base.settings.public_url, _pages(house, health)) for house in houses)
    return (
        ByHost(usual[1], {urlsplit(url).hostname or "": app for url, app in others}) if others else usual[1]
    )


def _pages(house: House, health: Health) -> ASGIApp:
    console = make_console(house.base, house.ways, house.chat.hub, house.lines.lines)
    return make_web(house.base, house.chat, console, house.lines, health)


def _host(scope: Scope) -> str:
    """Return the name in the Host header in lower case, without its port; "" where there is none."""
    found = next((value for name, value in scope.get("headers", ()) if name == _HOST), b"")
    return found.decode("latin-1").rpartition("@")[2].partition(":")[0].rstrip(".").lower()
