"""What the API's routes stand on, and which program is asking."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.api.problems import Problem
from bot.api.scopes import Scope
from bot.console.deps import Console
from bot.web_guard import Brake
from handlers.core.changes import Audit
from storage.api_tokens import ApiToken, ApiTokens

MINUTE: Final = timedelta(minutes=1)
MOST_CALLS: Final = 600
"""Calls of one token in a minute."""

MOST_MISSES: Final = 30
"""Wrong tokens from one address in a minute."""

_BEARER = HTTPBearer(auto_error=False, description="A token of `yorisoi token add`.")


@dataclass(frozen=True, slots=True)
class Program:
    """A program that has shown a token."""

    token: ApiToken

    @property
    def by(self) -> str:
        """Return how the record of acts names it."""
        return f"api:{self.token.id}"

    def may(self, scope: Scope) -> bool:
        """Say whether its token is good for this."""
        return scope.value in self.token.scopes


@dataclass(frozen=True, slots=True)
class Api:
    """The console's use cases, the tokens, and how often who may ask."""

    console: Console
    tokens: ApiTokens
    calls: Brake
    misses: Brake

    @classmethod
    def over(cls, console: Console, tokens: ApiTokens) -> "Api":
        """Return the API of what the console works with."""
        now = console.now_system
        return cls(console, tokens, Brake(MOST_CALLS, MINUTE, now), Brake(MOST_MISSES, MINUTE, now))

    async def program(self, request: Request, shown: HTTPAuthorizationCredentials | None) -> Program:
        """Return who asks; raise Problem: 401 without a good token, 429 for too many tries or calls."""
        address = request.client.host if request.client else ""
        token = None
        if shown is not None:
            now = self.console.now_system()
            token = await self.tokens.shown(self.console.clinic, shown.credentials, now_system=now)
        if token is None:
            raise Problem.unknown() if self.misses.allows(address) else Problem.too_many()
        if not self.calls.allows(token.id):
            raise Problem.too_many()
        return Program(token)

    async def note(self, program: Program, action: str, subject: str) -> None:
        """Write a line in the record of acts."""
        await self.console.note(self.act(program, action, subject))

    def act(self, program: Program, action: str, subject: str) -> Audit:
        """Return the line of what a program does now."""
        return Audit(program.by, action, subject, self.console.clock.now())


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency that lets through who has a token with `scope`, and no one else."""

    api: Api
    scope: Scope
    allows: Callable[..., Awaitable[Program]] = field(init=False)

    def __post_init__(self) -> None:
        """Make what FastAPI calls: it reads the parameters of a function."""

        async def allows(
            request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
        ) -> Program:
            program = await self.api.program(request, shown)
            if not program.may(self.scope):
                raise Problem.forbidden(self.scope)
            return program

        object.__setattr__(self, "allows", allows)
