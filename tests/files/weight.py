"""What a large file weighs in the worker: sealed, looked into, kept and read again, piece by piece."""

import tempfile
from pathlib import Path

from bot.checker.pool import Checker
from storage.blobs import Blobs
from tests.files.samples import box, film

PIECE = 1 << 20
PAGE = 4096


def resident_mb():
    """Return how much memory this process has resident, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


async def weigh(checker: Checker, megabytes: int):
    """Return what keeping and reading a film of this size adds to this process's memory, in MB each."""
    with tempfile.TemporaryDirectory() as folder:
        blobs = Blobs(f"file://{folder}")
        await blobs.put(_film(1, []), limit_bytes=1 << 40, look=checker.inspect)
        before, kept_at, read_at = resident_mb(), [], []
        kept = await blobs.put(_film(megabytes, kept_at), limit_bytes=1 << 40, look=checker.inspect)
        kept_at.append(resident_mb())
        size = 0
        async for piece in blobs.open(kept.path, kept.identity):
            size += len(piece)
            read_at.append(resident_mb())
        assert (size, kept.mime, kept.inspection.is_kept) == (kept.size, "video/mp4", True)
    return max(kept_at) - before, max(read_at) - before


async def _film(megabytes: int, seen: list):
    head = film()[: -len(box(b"mdat", bytes(2000)))]
    yield head + (megabytes * PIECE + 8).to_bytes(4, "big") + b"mdat"
    for number in range(megabytes):
        seen.append(resident_mb())
        yield number.to_bytes(4, "big") * (PIECE // 4)
