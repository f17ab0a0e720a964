"""`python -m tests.fakes.provider --port 0 --ledger FILE`: prints {"port": …} and serves until stopped."""

import argparse
import json
import socket
import sys

import uvicorn

from tests.fakes.provider.app import build


def main():
    """Serve."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--ledger", default="")
    asked = options.parse_args()
    listener = socket.create_server(("127.0.0.1", asked.port), backlog=1024)
    # A connection has it from its listener: a reply's body does not wait for the head to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sys.stdout.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        build(asked.ledger), http="h11", lifespan="off", proxy_headers=False, log_level="warning",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
