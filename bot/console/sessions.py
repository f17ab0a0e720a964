"""The console's sessions: a random token in a cookie, its hash and its ends in the database."""

from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.console.access import rights_of
from bot.console.deps import Console, Session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


class Sessions:
    """Opens, finds and ends sessions. All times are the system clock's: a demo's jump ends none."""

    def __init__(self, deps: Console) -> None:
        """Take the staff's store and the clock."""
        self._deps = deps
        self._secure = urlsplit(deps.public_url).scheme == "https"
        # Browsers refuse __Host- without https; plain http is only for this machine (demo and tests).
        self._cookie = "__Host-yorisoi-console" if self._secure else "yorisoi-console"

    async def of(self, request: Request, *, is_used: bool = True) -> Session | None:
        """Return the session that the request's cookie stands for, if it has not ended.

        What an open page asks for by itself `is_used` by nobody, and prolongs nothing.
        """
        token = request.cookies.get(self._cookie)
        if not token:
            return None
        deps = self._deps
        member = await deps.staff.signed_in(
            deps.clinic, token, now_system=deps.now_system(), idle=IDLE, is_used=is_used
        )
        if member is None:
            return None
        rights = rights_of(member.role, demo=deps.demo)
        return Session(member.id, member.name, member.role, rights, member.has_password)

    async def begin(self, response: Response, staff_id: str) -> None:
        """Open a session with a new token and put it into the cookie."""
        deps = self._deps
        now = deps.now_system()
        token = deps.ids.secret()
        await deps.staff.open_session(deps.clinic, staff_id, token, now_system=now, ends_at=now + ABSOLUTE)
        response.set_cookie(
            self._cookie,
            token,
            max_age=int(ABSOLUTE.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    async def end(self, request: Request, response: Response) -> None:
        """End the session and take the cookie back."""
        token = request.cookies.get(self._cookie)
        if token:
            await self._deps.staff.end_session(self._deps.clinic, token, now_system=self._deps.now_system())
        response.delete_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="strict")
