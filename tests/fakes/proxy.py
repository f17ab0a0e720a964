"""A TCP proxy before PostgreSQL: passes on, swallows everything, or cuts when a COMMIT has gone through."""

import asyncio
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Listens on `port` and connects on to the server at `upstream` (host, port)."""

    def __init__(self, upstream):
        self._upstream = upstream
        self._server = None
        self._connections = set()
        self.swallows = False
        self.cuts = 0
        """How many COMMITs shall reach the server and their replies nobody."""

    @property
    def port(self):
        return self._server.sockets[0].getsockname()[1]

    async def open(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def close(self):
        self._server.close()
        for writer in list(self._connections):
            writer.transport.abort()

    async def _serve(self, reader, writer):
        server_reader, server_writer = await asyncio.open_connection(*self._upstream)
        pair = (writer, server_writer)
        self._connections.update(pair)
        doomed = asyncio.Event()
        tasks = [
            asyncio.create_task(self._to_server(reader, server_writer, doomed)),
            asyncio.create_task(self._to_client(server_reader, writer, doomed)),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for end in pair:
            end.transport.abort()
            self._connections.discard(end)

    async def _to_server(self, reader, writer, doomed):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.cuts and b"COMMIT" in data:
                    self.cuts -= 1
                    doomed.set()
                if not self.swallows:
                    writer.write(data)

    async def _to_client(self, reader, writer, doomed):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if doomed.is_set():
                    return  # the server has done it and says so; nobody hears it
                if not self.swallows:
                    writer.write(data)


@asynccontextmanager
async def proxy(host, port):
    """Run a proxy before a server."""
    made = Proxy((host, port))
    await made.open()
    try:
        yield made
    finally:
        await made.close()
