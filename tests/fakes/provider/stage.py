"""What all fake services share: ledger, faults, the provider's clock, and how a verdict is played."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from tests.fakes.provider.faults import Faults
from tests.fakes.provider.ledger import Ledger

ABORT = "yorisoi.abort"
CLOSE = "yorisoi.close"
MEGABYTE = 1024 * 1024


class Refused(Exception):
    """The service's own no."""

    def __init__(self, status, description, **parameters):
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Stage:
    """One provider process."""

    ledger: Ledger
    faults: Faults = field(default_factory=Faults)
    ahead: float = 0.0

    def now(self):
        """Return the provider's time in epoch seconds; the control can set it."""
        return time.time() + self.ahead

    def set_clock(self, epoch):
        self.ahead = epoch - time.time()


def abortable(app):
    """Let a route cut its own connection: uvicorn's request cycle holds the transport."""

    async def outer(scope, receive, send):
        if scope["type"] == "http":
            scope[ABORT] = send.__self__.transport.abort
            scope[CLOSE] = send.__self__.transport.close
        # Whoever hangs up in the middle of a call, like a killed product, is no fault of ours.
        with suppress(ClientDisconnect):
            await app(scope, receive, send)

    return outer


async def play(request, verdict, refuse):
    """Return the answer of a verdict that is not "ok"; `refuse(status, description)` words a refusal."""
    match verdict.partition(":"):
        case ("hang", _, _):
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response()
        case ("reset" | "drop", _, _):
            request.scope[ABORT]()
            return Response()
        case ("close", _, _):
            request.scope[CLOSE]()
            return Response()
        case ("drip", _, _):
            return StreamingResponse(_drops(), media_type="application/json")
        case ("huge", _, megabytes):
            return StreamingResponse(_flood(int(megabytes or 64)), media_type="application/json")
        case ("garbage", _, _):
            return PlainTextResponse('{"ok": tru')
        case ("302", _, place):
            return RedirectResponse(place or "/elsewhere", status_code=302)
        case (status, _, description) if status.startswith("html-"):
            return HTMLResponse("<html>Bad Gateway</html>", status_code=int(status[5:]))
        case (status, _, description):
            return JSONResponse(*refuse(int(status), description))


async def _drops():
    """Yield an answer that never ends, a space at a time: each read gets something, the whole never comes."""
    while True:
        yield b" "
        await asyncio.sleep(0.1)


async def _flood(megabytes):
    for _ in range(megabytes):
        yield b" " * MEGABYTE
    yield b"{}"
