"""ClamAV asked over its socket: a small daemon stands there that knows one virus, the harmless EICAR file."""

import socketserver
import struct
import threading
from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from bot.checker.scanned import Scanned
from bot.checker.virus import Clamd
from handlers.core.inspection import Finding, Inspection
from handlers.errors import SettingError

ME = x25519.Identity.generate()
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 1 << 20


class Daemon(socketserver.StreamRequestHandler):
    """Speaks clamd's INSTREAM; hangs up without a word once `is_broken`."""

    is_broken = False

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        if self.is_broken:
            return
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > LIMIT:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                self.rfile.read()
                return
        found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


class Broken(Daemon):
    is_broken = True


class Kept:
    """Stands for the child: every file would be kept."""

    async def inspect(self, sealed, identity, names=()):
        return Inspection(Finding.FINE, mime="application/pdf")


@pytest.fixture
def daemon(tmp_path: Path, request):
    path = tmp_path / "clamd.ctl"
    with socketserver.ThreadingUnixStreamServer(str(path), getattr(request, "param", Daemon)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"unix://{path}"
        server.shutdown()


async def look(url: str, folder: Path, content: bytes) -> Inspection:
    sealed = folder / "file.age"
    sealed.write_bytes(pyrage.encrypt(content, [ME.to_public()]))
    return await Scanned(Kept(), Clamd(url, seconds=5)).inspect(sealed, str(ME))


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"%PDF-1.7 a letter" * 40_000, Finding.FINE),
        (b"%PDF-1.7" + EICAR, Finding.INFECTED),
        (bytes(4 * LIMIT), Finding.UNSCANNED),
    ],
)
async def test_a_file_is_what_the_daemon_says_of_it(daemon, tmp_path, content, finding):
    found = await look(daemon, tmp_path, content)

    assert found.finding is finding
    assert found.is_kept is (finding is not Finding.INFECTED)


@pytest.mark.parametrize("daemon", [Broken], indirect=True)
async def test_a_line_that_breaks_is_never_clean(daemon, tmp_path):
    assert (await look(daemon, tmp_path, bytes(4 * LIMIT))).finding is Finding.UNCHECKED
    assert (await look(daemon, tmp_path, b"short")).finding is Finding.UNCHECKED


async def test_a_daemon_that_is_not_there_is_never_clean(tmp_path):
    assert (await look(f"unix://{tmp_path}/nobody", tmp_path, b"a")).finding is Finding.UNCHECKED


@pytest.mark.parametrize("url", ["clamd", "http://host", "unix://", "tcp://"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(SettingError, match="YORISOI_CLAMAV"):
        Clamd(url)
