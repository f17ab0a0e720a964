"""The proof `make api`: schemathesis reads the API's own description and asks it everything it can think of.

python -m tests.api [--n 100] [--seed 1]

A real server on loopback over SQLite with some patients, all scopes, no brake. What counts as a fault: an
answer of the server's own error, one that its description does not name, a body of another shape.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

import uvicorn

from bot.api.app import make_api
from bot.api.deps import MINUTE, Api
from bot.api.scopes import Scope
from bot.listening import take_address
from bot.web_guard import Brake
from storage.api_tokens import ApiToken, ApiTokens
from storage.engine import open_database
from storage.opening import make_ready
from tests.console.house import CLINIC, House
from tests.console.record import anna, intake, treated

TOKEN = "yorisoi_for-the-proof"
PATIENTS = 3
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "negative_data_rejection,ignored_auth"
)
CONFIG = """
[parameters]
"path.patient" = "p1"
"path.task" = "t1"
"path.document" = "d-p1"
"path.date" = "a-p1"
"path.line" = "task:t1"
"""


def main():
    options = _options()
    with tempfile.TemporaryDirectory(prefix="yorisoi-api-") as folder:
        place, ready = Path(folder), threading.Event()
        server = Server(f"sqlite:///{place}/api.db", ready)
        threading.Thread(target=server.run, daemon=True).start()
        if not ready.wait(60):
            raise SystemExit("the server did not start")
        started = time.monotonic()
        ended = _asked(place, server.port, options)
        server.stop()
    print(ended.stdout[-6000:])
    print(f"{'answers of the server':<44}{server.answers:>10}")
    print(f"{'of them errors of the server (5xx)':<44}{server.errors:>10}")
    print(f"{'exit code of schemathesis':<44}{ended.returncode:>10}")
    print(f"{'minutes':<44}{(time.monotonic() - started) / 60:>10.1f}")
    return 1 if ended.returncode or server.errors or server.answers < options.n else 0


def _options():
    parser = argparse.ArgumentParser(prog="python -m tests.api", description=__doc__)
    parser.add_argument("--n", type=int, default=100, help="cases for each operation")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _asked(place, port, options):
    config = place / "schemathesis.toml"
    config.write_text(CONFIG)
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run"),
        f"http://127.0.0.1:{port}/openapi.json",
        *("--checks", CHECKS, "--max-examples", str(options.n), "--seed", str(options.seed)),
        *("--header", f"Authorization: Bearer {TOKEN}", "--no-color", "--warnings", "off"),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=place)


class Server:
    """The API under uvicorn in a thread of its own; counts what it answers."""

    def __init__(self, url, ready):
        self._url, self._ready = url, ready
        self._socket = take_address("127.0.0.1", 0)
        self.port = self._socket.getsockname()[1]
        self.answers = self.errors = 0

    def run(self):
        asyncio.run(self._serve())

    def stop(self):
        self._server.should_exit = True

    async def _serve(self):
        database = open_database(self._url)
        await make_ready(database, migrate=True)
        app = await _office(database)
        self._server = uvicorn.Server(uvicorn.Config(self._counted(app), log_level="critical"))
        self._ready.set()
        await self._server.serve(sockets=[self._socket])
        await database.close()

    def _counted(self, app):
        async def counted(scope, receive, send):
            async def note(message):
                if message["type"] == "http.response.start":
                    self.answers += 1
                    self.errors += message["status"] >= 500
                await send(message)

            await app(scope, receive, note)

        return counted


async def _office(database):
    house = House(database)
    await house.open()
    for number in range(1, PATIENTS + 1):
        name = f"p{number}"
        await house.add(anna(name, f"YR-{number}"), *intake(name), *treated(name))
    tokens, now = ApiTokens(database), house.clocks.system
    every = ApiToken("t1", "the proof", frozenset(Scope), "cli", now, now + timedelta(days=1))
    await tokens.add(CLINIC, every, TOKEN)
    never = Brake(10**9, MINUTE, lambda: house.clocks.system)
    return make_api(Api(house.console(), tokens, never, never))


if __name__ == "__main__":
    sys.exit(main())
