"""What went wrong, for programs: problem details (RFC 9457), in English, without a patient's data."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from bot.api.scopes import Scope
from bot.web_guard import COME_BACK
from handlers.errors import ConcurrentUpdate, NotFound, ProgrammeStopped, StorageAway

MEDIA = "application/problem+json"


class ProblemShape(BaseModel):
    """Problem details: `code` is for programs, `title` for people, `fields` names what was wrong where."""

    status: int
    code: str
    title: str
    fields: list[str] = []


class Problem(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: str, title: str, **headers: str) -> None:
        """Keep what is answered."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.title = title
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @classmethod
    def unknown(cls) -> "Problem":
        """Return the answer to no token, or to one that opens nothing."""
        return cls(401, "unauthorized", "A token is needed that still holds.", WWW_Authenticate="Bearer")

    @classmethod
    def forbidden(cls, scope: Scope) -> "Problem":
        """Return the answer to a token that lacks a scope."""
        return cls(403, "forbidden", f"The token lacks the scope {scope.value}.")

    @classmethod
    def too_many(cls) -> "Problem":
        """Return the answer to whoever asks too often."""
        return cls(429, "too-many-requests", "Too many requests. Please wait a minute.", Retry_After="60")


def add_problems(api: FastAPI) -> None:
    """Answer every refusal of the API in one shape."""
    known: tuple[tuple[type[Exception], Callable[[Any], JSONResponse]], ...] = (
        (Problem, lambda error: _answer(error.status, error.code, error.title, error.headers)),
        (NotFound, lambda _: _answer(404, "not-found", "There is no such thing here.")),
        (ConcurrentUpdate, lambda _: _answer(409, "moved-on", "The patient answered in the same moment.")),
        (ProgrammeStopped, lambda _: _answer(409, "stopped", "Everything is stopped: start it again first.")),
        (StorageAway, lambda _: _answer(503, "away", "The database is away. Try again.", dict(COME_BACK))),
        (RequestValidationError, _invalid),
        (HTTPException, lambda error: _answer(error.status_code, "http", str(error.detail))),
    )
    for kind, answer in known:
        api.add_exception_handler(kind, _handler(answer))


def _handler(
    answer: Callable[[Any], JSONResponse],
) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def handle(_: Request, error: Exception) -> JSONResponse:
        return answer(error)

    return handle


def _invalid(error: RequestValidationError) -> JSONResponse:
    """Name the fields, never what stood in them: it may be a patient's."""
    fields = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
    return _answer(422, "invalid", "Some fields are missing or wrong.", fields=fields)


def _answer(
    status: int,
    code: str,
    title: str,
    headers: dict[str, str] | None = None,
    *,
    fields: list[str] | None = None,
) -> JSONResponse:
    shape = ProblemShape(status=status, code=code, title=title, fields=fields or [])
    return JSONResponse(shape.model_dump(), status, headers, media_type=MEDIA)
