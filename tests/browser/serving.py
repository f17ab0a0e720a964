"""The console of a house on loopback, for a real browser."""

import asyncio
import socket
from contextlib import asynccontextmanager

import uvicorn


@asynccontextmanager
async def serving(house, name=""):
    """Serve a house's console while the body runs; give its address, the public one if it has a name."""
    listener = socket.create_server(("127.0.0.1", 0))
    place = f"http://{name or '127.0.0.1'}:{listener.getsockname()[1]}"
    if name:
        house.public_url = place
    server = uvicorn.Server(uvicorn.Config(house.app(), log_level="warning", lifespan="off"))
    served = asyncio.create_task(server.serve(sockets=[listener]))
    yield place
    # The worklist's stream would never end, and the server waits for it.
    house.hub.close()
    server.should_exit = True
    await served
