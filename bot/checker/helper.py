"""One child process, seen from ours: started with nothing, asked about one file at a time."""

import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

LENGTH: Final = struct.Struct(">I")
_LONGEST: Final = 64 * 1024
_LARGEST_PICTURE: Final = 16 * 1024 * 1024
_START_SECONDS: Final = 120.0


class Lost(Exception):
    """The child died; the word says how."""


class Late(Lost):
    """The child did not answer in time, and was ended."""


class Helper:
    """A child that waits for questions. Every method blocks: call it in a thread."""

    def __init__(self) -> None:
        """Start it, without our environment: keys and tokens stand there. Raise OSError when it doesn't."""
        ours, its = socket.socketpair()
        paths = os.pathsep.join(path for path in sys.path if path)
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.checker.child"],
                stdin=its.fileno(),
                env={"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
                cwd=Path(__file__).parents[2],
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._line = ours
        self.asked = 0
        try:
            self.kept: list[str] = self._read(_START_SECONDS)[0]["kept"]
        except Lost as lost:
            self.end()
            raise ChildProcessError("what looks into files does not start") from lost

    def ask(self, handle: int, question: dict[str, Any], seconds: float) -> tuple[bytes, bytes]:
        """Return the raw answer and a picture (or b""); raise Lost when none came in time."""
        self.asked += 1
        raw = json.dumps(question).encode()
        try:
            socket.send_fds(self._line, [LENGTH.pack(len(raw))], [handle])
            self._line.sendall(raw)
        except OSError as error:
            raise Lost("died") from error
        told, picture = self._read(seconds)
        return json.dumps(told).encode(), picture

    @property
    def is_alive(self) -> bool:
        """Say whether it can be asked."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it, whatever it does."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def _read(self, seconds: float) -> tuple[Any, bytes]:
        self._line.settimeout(seconds)
        try:
            told = json.loads(self._exactly(_LONGEST))
            return told, self._exactly(_LARGEST_PICTURE)
        except TimeoutError as error:
            raise Late("time") from error
        except (OSError, ValueError) as error:
            raise Lost("died") from error

    def _exactly(self, most: int) -> bytes:
        length = LENGTH.unpack(self._piece(LENGTH.size))[0]
        if length > most:
            raise ValueError("too much")
        return self._piece(length)

    def _piece(self, length: int) -> bytes:
        found = bytearray()
        while len(found) < length:
            piece = self._line.recv(length - len(found))
            if not piece:
                raise ConnectionResetError
            found += piece
        return bytes(found)
