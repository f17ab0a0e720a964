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


def begin_peak():
    """Let the peak of this process's memory begin anew; return what is resident now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return resident_mb()


def peak_mb():
    """Return the most that was resident since, in MB: the kernel's own figure, which misses no moment."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024 / 1e6


async def weigh(checker: Checker, megabytes: int):
    """Return what keeping and reading a film of this size adds to this process's memory, in MB each."""
    with tempfile.TemporaryDirectory() as folder:
        blobs = Blobs(f"file://{folder}")
        await blobs.put(film_of(1), limit_bytes=1 << 40, look=checker.inspect)
        return await weigh_once(blobs, checker, megabytes)


async def weigh_once(blobs: Blobs, checker: Checker, megabytes: int):
    """Return what keeping, reading and previewing a film adds to the memory of this process, in MB each."""
    before = begin_peak()
    kept = await blobs.put(film_of(megabytes), limit_bytes=1 << 40, look=checker.inspect)
    grown, before = [peak_mb() - before], begin_peak()
    size = 0
    async for piece in blobs.open(kept.path, kept.identity):
        size += len(piece)
    grown, before = [*grown, peak_mb() - before], begin_peak()
    async with blobs.at_hand(kept.path) as sealed:
        await checker.preview(sealed, kept.identity)
    assert (size, kept.mime, kept.inspection.is_kept) == (kept.size, "video/mp4", True)
    return [*grown, peak_mb() - before]


async def film_of(megabytes: int):
    """Yield a film of this size, piece by piece."""
    head = film()[: -len(box(b"mdat", bytes(2000)))]
    yield head + (megabytes * PIECE + 8).to_bytes(4, "big") + b"mdat"
    for number in range(megabytes):
        yield number.to_bytes(4, "big") * (PIECE // 4)
