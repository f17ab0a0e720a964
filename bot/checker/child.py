"""The child: gives up everything, then answers one question after another about one file each.

python -m bot.checker.child     its standard input is a socket to us, and all that it has
"""

import io
import json
import os
import socket
import struct
import sys
from typing import Any, Final

from bot.checker import confine
from bot.checker.findings import Found
from bot.checker.looking import look_into
from bot.checker.previews import preview
from bot.checker.warming import warm_up
from handlers.core.inspection import Finding, Inspection, written
from storage.age_files import AgeFile

LENGTH: Final = struct.Struct(">I")
_BUFFER: Final = 64 * 1024


def main() -> None:
    """Get ready, give up everything, answer until nobody asks any more."""
    warm_up()
    with socket.socket(fileno=os.dup(0)) as line:
        kept = confine.confine()
        _answer(line, {"kept": kept})
        while asked := _asked(line):
            question, handle = asked
            confine.limit_time(int(question["seconds"]))
            told, picture = _found_out(question, handle)
            _answer(line, told, picture)
            if told.get("finding") == Finding.TOO_HEAVY:
                return  # what was short of memory is not trusted with another file


def _asked(line: socket.socket) -> tuple[dict[str, Any], int] | None:
    head, handles, _, _ = socket.recv_fds(line, LENGTH.size, 1)
    if len(head) < LENGTH.size or not handles:
        return None
    return json.loads(_exactly(line, LENGTH.unpack(head)[0])), handles[0]


def _found_out(question: dict[str, Any], handle: int) -> tuple[dict[str, Any], bytes]:
    with open(handle, "rb", buffering=0) as sealed:
        try:
            content = AgeFile(sealed, question["identity"])
            file: Any = io.BufferedReader(content, _BUFFER)
            if question["do"] == "preview":
                return {"finding": Finding.FINE.value}, preview(file)
            return written(look_into(file, content.size, question["names"])), b""
        except Found as found:
            return written(Inspection(found.finding, found.detail)), b""
        except (MemoryError, RecursionError):
            return written(Inspection(Finding.TOO_HEAVY, "memory")), b""


def _answer(line: socket.socket, told: dict[str, Any], picture: bytes = b"") -> None:
    raw = json.dumps(told).encode()
    line.sendall(LENGTH.pack(len(raw)) + raw + LENGTH.pack(len(picture)) + picture)


def _exactly(line: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        piece = line.recv(length - len(found))
        if not piece:
            sys.exit(0)
        found += piece
    return found


if __name__ == "__main__":
    main()
