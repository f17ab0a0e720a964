"""Voice notes and videos: whole, or cut short. They are not decoded here."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from bot.checker.findings import Found
from bot.checker.kinds import M4A, MP4, OGG, WAV
from handlers.core.inspection import Finding, Inspection

_MOST_BOXES: Final = 100_000
_LARGE: Final = 1
_HEADER: Final = 8
_OGG_HEADER: Final = 27


def look_into(file: BinaryIO, size: int, mime: str) -> Inspection:
    """Say what a recording is; raise Found for one that was cut short."""
    file.seek(0)
    if mime in {MP4, M4A} and not {b"moov", b"mdat"} <= set(_boxes(file, size)) | _fragments(file, size):
        raise Found(Finding.DAMAGED, "cut-short")
    if mime == WAV:
        file.seek(4)
        if int.from_bytes(file.read(4), "little") + _HEADER > size + 1:
            raise Found(Finding.DAMAGED, "cut-short")
    if mime == OGG:
        head = file.read(_OGG_HEADER)
        if len(head) < _OGG_HEADER or size < _OGG_HEADER + head[26]:
            raise Found(Finding.DAMAGED, "cut-short")
    return Inspection(Finding.FINE, "", mime)


def _fragments(file: BinaryIO, size: int) -> set[bytes]:
    """Count a film in fragments as whole: its index stands in each of them."""
    return {b"moov", b"mdat"} if b"moof" in set(_boxes(file, size)) else set()


def _boxes(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the names of the outermost boxes; raise Found where one reaches past the end."""
    at = 0
    for _ in range(_MOST_BOXES):
        if at + _HEADER > size:
            return
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == _LARGE:
            length = int.from_bytes(head[8:16], "big")
        if length == 0:
            length = size - at
        if length < _HEADER or at + length > size:
            raise Found(Finding.DAMAGED, "cut-short")
        yield head[4:8]
        at += length
