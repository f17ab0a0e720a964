"""The web process: chat, console, webhooks, health, in one ASGI application."""

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from bot.api.app import PLACE, make_api
from bot.api.deps import Api
from bot.away import add_away_answers
from bot.channels.web import WebChat, chat_routes
from bot.console.deps import Console
from bot.console.routes import console_routes
from bot.counting import CountWebhooks
from bot.foundation import Foundation
from bot.health import Health
from bot.line import Lines
from bot.lost import add_lost_pages
from bot.web_guard import COME_BACK, SecurityHeaders
from storage.api_tokens import ApiTokens


def make_web(base: Foundation, chat: WebChat, console: Console, lines: Lines, health: Health) -> FastAPI:
    """Return the application with every route of this installation."""
    app = _bare()
    app.include_router(chat_routes(chat))
    add_console(app, console)
    for router in lines.routers:
        app.include_router(router)
    app.mount(PLACE, make_api(Api.over(console, ApiTokens(base.own.database))))
    _add_health(app, health)
    app.get("/", include_in_schema=False)(_front)
    add_lost_pages(app, chat, console)
    add_away_answers(app, chat)
    app.add_middleware(CountWebhooks, meters=base.meters)
    app.add_middleware(SecurityHeaders, https=base.settings.is_https)
    return app


def add_console(app: FastAPI, console: Console) -> None:
    """Add the console's routes as they are: included, each would be made once more at the first request."""
    app.router.routes.extend(console_routes(console).routes)


def make_health(health: Health) -> FastAPI:
    """Return the application of a process without pages: how it is, and nothing else."""
    app = _bare()
    _add_health(app, health)
    app.add_middleware(SecurityHeaders, https=False)
    return app


def _bare() -> FastAPI:
    return FastAPI(title="Yorisoi", docs_url=None, redoc_url=None, openapi_url=None)


def _add_health(app: FastAPI, health: Health) -> None:
    async def healthz() -> Response:
        return PlainTextResponse("ok")

    async def readyz() -> Response:
        reasons = await health.reasons()
        status, headers = (503, COME_BACK) if reasons else (200, None)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, status, headers)

    async def metrics() -> Response:
        return PlainTextResponse(await health.metrics(), media_type="text/plain; version=0.0.4")

    for path, endpoint in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)):
        app.get(path, include_in_schema=False)(endpoint)


async def _front() -> Response:
    return RedirectResponse("/chat/", status_code=303)
