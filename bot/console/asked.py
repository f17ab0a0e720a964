"""What the door asks a browser: a question that this browser alone may answer, once, within five minutes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.console.deps import Console
from bot.web_guard import Brake

LASTS: Final = timedelta(minutes=5)
_MOST: Final = 60
"""How often one network may be asked while a question lasts, at the door, where nobody is known yet."""


def door_brake(now_system: Callable[[], datetime]) -> Brake:
    """Return what keeps strangers from having questions made without end."""
    return Brake(_MOST, LASTS, now_system)


class Asked:
    """Asks, and takes answers. Who is signed in answers by their session, the others by a cookie."""

    def __init__(self, deps: Console) -> None:
        """Take the store of questions and the clock."""
        self._deps = deps
        self._secure = urlsplit(deps.public_url).scheme == "https"
        self._cookie = "__Host-yorisoi-asked" if self._secure else "yorisoi-asked"

    async def ask(self, purpose: str, holder: str, data: str = "") -> str:
        """Return a new question of 256 random bits; `data` comes back with its answer."""
        deps, challenge = self._deps, self._deps.ids.secret()
        now = deps.now_system()
        asked, times = (purpose, holder, data), (now, now + LASTS)
        await deps.door.challenges.put(deps.clinic, challenge, asked, times)
        return challenge

    async def take(self, challenge: str, purpose: str, holder: str) -> str | None:
        """Return what belongs to a question that this holder was asked; it is gone with that."""
        deps = self._deps
        now = deps.now_system()
        return await deps.door.challenges.take(deps.clinic, challenge, purpose, holder, now_system=now)

    def new_browser(self) -> str:
        """Return what a browser shall be known by that nobody is signed in with."""
        return self._deps.ids.secret()

    def browser_of(self, request: Request) -> str:
        """Return what the browser is known by, or "" when it was asked nothing."""
        return request.cookies.get(self._cookie, "")

    def know(self, response: Response, browser: str) -> None:
        """Let the browser be known again while its question stands."""
        response.set_cookie(
            self._cookie,
            browser,
            max_age=int(LASTS.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
