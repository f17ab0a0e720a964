"""What people see at an address that is none: a page, not JSON."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException

from bot.channels.web import WebChat
from bot.channels.web.pages import Pages
from bot.console.deps import Console
from bot.console.desk import Desk

_LOST: Final = frozenset({404, 405})


def add_lost_pages(app: FastAPI, chat: WebChat, console: Console) -> None:
    """Answer wrong addresses below /chat and /console with a page that leads back."""
    app.add_exception_handler(HTTPException, _answer(Pages(chat), Desk(console)))


def _answer(pages: Pages, desk: Desk) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        path, status = request.url.path, error.status_code
        if status not in _LOST or "text/html" not in request.headers.get("accept", ""):
            return await http_exception_handler(request, error)
        if path.startswith("/console"):
            return await desk.refuse(request, "not_found", status)
        if path.startswith("/chat"):
            return pages.page(request, "note.html", status=status, key="web.not_here", values={})
        return await http_exception_handler(request, error)

    return answer
