"""What people and programs are told while nothing can be stored: 503, and when to come back."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from bot.channels.web import WebChat
from bot.channels.web.pages import Pages
from bot.web_guard import COME_BACK
from handlers.errors import StorageAway
from storage.outages import NO_ROOM

_FOR_PEOPLE: Final = ("/chat", "/console")


def add_away_answers(app: FastAPI, chat: WebChat) -> None:
    """Answer 503 where the database is away, or the disk is full under a file that comes in."""
    answer = _answer(Pages(chat))
    app.add_exception_handler(StorageAway, answer)
    app.add_exception_handler(OSError, answer)


def _answer(pages: Pages) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        if isinstance(error, OSError) and error.errno not in NO_ROOM:
            raise error
        if not request.url.path.startswith(_FOR_PEOPLE):
            return PlainTextResponse("database away", status_code=503, headers=COME_BACK)
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"message": pages.words(request, "web.away")}, 503, headers=COME_BACK)
        response = pages.page(request, "away.html", status=503)
        response.headers.update(COME_BACK)
        return response

    return answer
