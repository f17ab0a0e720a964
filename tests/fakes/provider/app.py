"""The provider as one ASGI application: services, shared control, ledger."""

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fakes.provider.graph import Graph
from tests.fakes.provider.graph_control import GraphControl
from tests.fakes.provider.ledger import Ledger
from tests.fakes.provider.stage import Stage, abortable
from tests.fakes.provider.telegram import Telegram
from tests.fakes.provider.telegram_control import TelegramControl


def build(ledger_path):
    """Return the application. A further service brings its routes, its control and its `reset`."""
    stage = Stage(Ledger(ledger_path))
    telegram, graph = Telegram(stage), Graph(stage)
    services = [telegram, graph]
    routes = [
        *TelegramControl(telegram, stage).routes(),
        *GraphControl(graph, stage).routes(),
        *control_routes(stage, services),
        *telegram.routes(),
        *graph.routes(),
    ]
    return abortable(Starlette(routes=routes))


def control_routes(stage, services):
    """Return what is controlled for all services alike."""

    async def ledger(request):
        since, wait = int(request.query_params.get("since", 0)), float(request.query_params.get("wait", 0))
        found = (
            await stage.ledger.wait(lambda: stage.ledger.read(since), wait)
            if wait
            else stage.ledger.read(since)
        )
        return JSONResponse(found)

    async def faults(request):
        stage.faults.add(**await request.json())
        return JSONResponse({})

    async def calm(request):
        stage.faults.clear()
        return JSONResponse({})

    async def clock(request):
        stage.set_clock((await request.json())["now"])
        return JSONResponse({})

    async def reset(request):
        stage.faults.clear()
        stage.ahead = 0.0
        stage.ledger.start_anew()
        for service in services:
            await service.reset()
        return JSONResponse({})

    return [
        Route("/control/ledger", ledger),
        Route("/control/faults", faults, methods=["POST"]),
        Route("/control/faults", calm, methods=["DELETE"]),
        Route("/control/clock", clock, methods=["POST"]),
        Route("/control/reset", reset, methods=["POST"]),
    ]
