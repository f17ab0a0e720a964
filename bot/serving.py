"""Answers HTTP as a part of this process, which stops it together with the others."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 8


@asynccontextmanager
async def answering(app: ASGIApp, address: socket.socket) -> AsyncIterator[None]:
    """Answer HTTP with `app` at `address` while the body runs."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="off",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[address]))
    await server.until_started(task)
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: this process stops all its parts together."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `run`."""
        yield

    async def until_started(self, task: "asyncio.Task[None]") -> None:
        """Return once requests are answered; raise what kept the server from starting."""
        while not self.started:
            if task.done():
                await task
                raise SystemExit(1)
            await asyncio.sleep(0.01)
