"""The console's sessions: a random token in a cookie, its hash and its ends in the database."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.console.access import rights_of
from bot.console.browsers import browser_of
from bot.console.deps import Console, Session
from storage.staff_sessions import Found, Limits, Listed, New

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
HALF: Final = timedelta(minutes=15)
"""How long somebody may take over the second step."""


class Sessions:
    """Opens, finds and ends sessions. All times are the system clock's: a demo's jump ends none."""

    def __init__(self, deps: Console) -> None:
        """Take the staff's store and the clock."""
        self._deps = deps
        self._store = deps.door.sessions
        self._secure = urlsplit(deps.public_url).scheme == "https"
        # Browsers refuse __Host- without https; plain http is only for this machine (demo and tests).
        self._cookie = "__Host-yorisoi-console" if self._secure else "yorisoi-console"

    async def of(self, request: Request, *, is_used: bool = True) -> Session | None:
        """Return the whole session that the request's cookie stands for, if it has not ended.

        What an open page asks for by itself `is_used` by nobody, and prolongs nothing.
        """
        found = await self._found(request, is_used=is_used)
        if found is None or not found.is_whole:
            return None
        member = found.member
        return Session(
            staff_id=member.id,
            name=member.name,
            role=member.role,
            rights=rights_of(member.role, demo=self._deps.demo),
            has_password=member.has_password,
            has_app=member.has_app,
            key=found.key,
            proved_at=found.proved_at,
            came_by=found.came_by,
        )

    async def any_of(self, request: Request) -> Found | None:
        """Return the request's session even while it owes the second step: it opens nothing yet."""
        return await self._found(request, is_used=True)

    async def begin(self, request: Request, response: Response, new: New) -> None:
        """Open a session with a new token and put it into the cookie; the one it comes from is over."""
        deps, now = self._deps, self._deps.now_system()
        life = ABSOLUTE if new.is_whole else HALF
        token = deps.ids.secret()
        await self._end_here(request, now)
        await self._store.open(deps.clinic, token, new, now_system=now, ends_at=now + life)
        response.set_cookie(
            self._cookie,
            token,
            max_age=int(life.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    async def prove(self, session: Session) -> None:
        """Keep that the session's owner has shown again who they are."""
        await self._store.prove(self._deps.clinic, session.key, now_system=self._deps.now_system())

    async def listed(self, session: Session) -> list[Listed]:
        """Return the sessions of a session's owner, the last used first."""
        return list(await self._store.listed(self._deps.clinic, session.staff_id, self._limits()))

    async def end_one(self, session: Session, key: str) -> bool:
        """End another session of a session's owner; say whether there was one."""
        now = self._deps.now_system()
        return await self._store.end_own(self._deps.clinic, session.staff_id, key, now_system=now)

    async def end_all(self, staff_id: str, *, but: str = "") -> None:
        """End all sessions of a member, in every process and at once, but for the one named."""
        now = self._deps.now_system()
        await self._store.end_all(self._deps.clinic, staff_id, now_system=now, but=but)

    async def end(self, request: Request, response: Response) -> None:
        """End the session and take the cookie back."""
        await self._end_here(request, self._deps.now_system())
        response.delete_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="strict")

    async def _end_here(self, request: Request, now: datetime) -> None:
        token = request.cookies.get(self._cookie)
        if token:
            await self._store.end(self._deps.clinic, token, now_system=now)

    async def _found(self, request: Request, *, is_used: bool) -> Found | None:
        token = request.cookies.get(self._cookie)
        if not token:
            return None
        return await self._store.of(self._deps.clinic, token, self._limits(), is_used=is_used)

    def _limits(self) -> Limits:
        return Limits(self._deps.now_system(), IDLE)


def new_session(request: Request, staff_id: str, came_by: str, *, is_whole: bool, draft: str = "") -> New:
    """Return a session to open in the request's browser."""
    about = browser_of(request.headers.get("user-agent", ""))
    return New(staff_id=staff_id, came_by=came_by, about=about, is_whole=is_whole, draft=draft)
