"""The address that this process answers at, taken first, so that a taken port is one clear line."""

import errno
import socket

from handlers.errors import SettingError

_WORDS = {
    errno.EADDRINUSE: "PORT: {port} is taken on {host}. Stop the other program, or start with PORT={other}",
    errno.EACCES: "PORT: this user may not open port {port}. Start with PORT={other}",
    errno.EADDRNOTAVAIL: "HOST: {host} is no address of this machine. Set 127.0.0.1, or 0.0.0.0 for all",
}
WORKERS = range(8100, 8132)
"""Where workers answer, each at the first port that is free: any number may share a machine."""

_ORDINARY = range(1024, 65535)
_NO_HOST = "HOST: {host} is no address. Set 127.0.0.1, or 0.0.0.0 for all"


def take_address(host: str, port: int) -> socket.socket:
    """Return a socket bound to `host` and `port`; raise SettingError if it can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where TCP is named does asyncio switch Nagle's delay off: without it, a reply's body waits 40 ms
    # for the head to be acknowledged.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        other = port + 1 if port in _ORDINARY else 8001
        words = _WORDS.get(error.errno or 0, _NO_HOST)
        raise SettingError(words.format(host=host, port=port, other=other)) from None
    return bound


def take_workers_address(host: str, port: int | None) -> socket.socket:
    """Return a listening socket at `port`, or at the first free one of `WORKERS`, or at any.

    Raises SettingError if the host is none of ours, or `port` is taken.
    """
    if port is not None:
        return take_address(host, port)
    free = (bound for one in WORKERS if (bound := _if_free(host, one)) is not None)
    return next(free, None) or take_address(host, 0)


def _if_free(host: str, port: int) -> socket.socket | None:
    try:
        bound = take_address(host, port)
    except SettingError:
        return None
    try:
        # Two that start at once may both be bound; only one can listen.
        bound.listen()
    except OSError:
        bound.close()
        return None
    return bound
