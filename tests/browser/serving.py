"""The console of a house on loopback, for a real browser."""

import asyncio
import socket
from contextlib import asynccontextmanager

import uvicorn


@asynccontextmanager
async def serving(house):
    """Serve a house's console while the body runs; give its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(house.app(), log_level="warning", lifespan="off"))
    served = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    # The worklist's stream would never end, and the server waits for it.
    house.hub.close()
    server.should_exit = True
    await served
