"""ClamAV's daemon, asked over its socket (INSTREAM): a file goes there piece by piece and never onto a disk.

What could not be asked is never clean: a broken pipe, no answer and an error each are "not scanned".
"""

import socket
import struct
from enum import StrEnum
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

import pyrage  # type: ignore[import-untyped]  # it ships no types
from pyrage import x25519

from handlers.errors import SettingError

_PORT: Final = 3310
_PIECE: Final = 256 * 1024
_SECONDS: Final = 60.0
"""The longest that the daemon may be silent."""

_MOST_WORDS: Final = 4096


class Scan(StrEnum):
    """What the daemon said of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    TOO_LARGE = "too-large"
    """Larger than the daemon is set to take: it never will be scanned."""
    NOT_SCANNED = "not-scanned"


class Clamd:
    """The daemon at `unix:///path/of/the.socket` or `tcp://host:port`."""

    def __init__(self, url: str, *, seconds: float = _SECONDS) -> None:
        """Take its address; raise SettingError for anything else. Nothing is opened yet."""
        parts = urlsplit(url)
        self._path, self._host, self._port = parts.path, parts.hostname or "", parts.port or _PORT
        self._is_local = parts.scheme == "unix" and bool(parts.path)
        if not self._is_local and not (parts.scheme == "tcp" and self._host):
            raise SettingError("YORISOI_CLAMAV must be unix:///path/of/clamd.socket or tcp://host:3310")
        self._seconds = seconds

    def scan(self, sealed: Path, identity: str) -> Scan:
        """Let it look at what a sealed file holds; never raises because of the daemon or the file."""
        try:
            with self._connected() as line:
                return _asked(line, sealed, identity)
        except OSError:
            return Scan.NOT_SCANNED

    def _connected(self) -> socket.socket:
        if not self._is_local:
            return socket.create_connection((self._host, self._port), self._seconds)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self._seconds)
        try:
            line.connect(self._path)
        except OSError:
            line.close()
            raise
        return line


class _Stream:
    """What is written here goes to the daemon, each piece behind its length."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._held = bytearray()

    def write(self, piece: bytes) -> int:
        self._held += piece
        if len(self._held) >= _PIECE:
            self.flush()
        return len(piece)

    def flush(self) -> None:
        if self._held:
            self._line.sendall(struct.pack("!L", len(self._held)) + self._held)
            self._held.clear()

    def end(self) -> Self:
        self.flush()
        self._line.sendall(struct.pack("!L", 0))
        return self


def _asked(line: socket.socket, sealed: Path, identity: str) -> Scan:
    line.sendall(b"zINSTREAM\0")
    try:
        stream = _Stream(line)
        with sealed.open("rb") as file:
            pyrage.decrypt_io(file, stream, [x25519.Identity.from_str(identity)])
        stream.end()
    except Exception:  # noqa: BLE001  the library says in its own way that the line broke
        return Scan.TOO_LARGE if _answer(line).endswith(b"size limit exceeded. ERROR") else Scan.NOT_SCANNED
    answer = _answer(line)
    if answer.endswith(b" FOUND"):
        return Scan.INFECTED
    if answer.endswith(b"size limit exceeded. ERROR"):
        return Scan.TOO_LARGE
    return Scan.CLEAN if answer == b"stream: OK" else Scan.NOT_SCANNED


def _answer(line: socket.socket) -> bytes:
    """Return what the daemon says until it says no more, or "" where the line is broken."""
    said = b""
    try:
        while len(said) < _MOST_WORDS and not said.endswith(b"\0") and (piece := line.recv(1024)):
            said += piece
    except OSError:
        return b""
    return said.rstrip(b"\0\n")
