"""One file, looked into: bytes in, what was found out. Runs in the child only."""

import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from bot.checker import archives, kinds, pdf, pictures, scans, sounds
from bot.checker.findings import Found
from handlers.core.inspection import Finding, Inspection


def look_into(file: BinaryIO, size: int, names: Sequence[str] = ()) -> Inspection:
    """Return what a file is; `names` are those its patient goes by, for the headers of scans."""
    file.seek(0)
    kind = kinds.kind_of(file.read(kinds.HEAD))
    if isinstance(kind, Finding):
        return Inspection(Finding.ARCHIVE, "disc") if _is_disc(file) else Inspection(kind)
    try:
        _check_single(file, kind)
        return _family(file, size, kind, names)
    except Found as found:
        return Inspection(found.finding, found.detail, kind)
    except MemoryError:
        return Inspection(Finding.TOO_HEAVY, "memory", kind)
    except ImportError:
        raise  # nothing can be loaded any more: that is our mistake and no finding
    except Exception:  # noqa: BLE001  libraries raise whatever they like over a file that is none
        return Inspection(Finding.DAMAGED, "structure", kind)


def _is_disc(file: BinaryIO) -> bool:
    """Know the image of a disc: its files are asked for as a ZIP, or one by one on our page."""
    file.seek(kinds.DISC_AT)
    return file.read(len(kinds.DISC)) == kinds.DISC


def _check_single(file: BinaryIO, kind: str) -> None:
    """Raise Found for what opens as an archive as well."""
    if kind == kinds.ZIP or not _has_index(file):
        return
    try:
        with zipfile.ZipFile(file) as archive:
            holds = bool(archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, LookupError):
        return
    if holds:
        raise Found(Finding.POLYGLOT, "archive")


def _has_index(file: BinaryIO) -> bool:
    file.seek(0)
    return zipfile.is_zipfile(file)


def _family(file: BinaryIO, size: int, kind: str, names: Sequence[str]) -> Inspection:
    if kind == kinds.PDF:
        return pdf.look_into(file, size)
    if kind in kinds.PICTURES:
        return pictures.look_into(file, size, kind)
    if kind == kinds.DICOM:
        return scans.look_into(file, size, kind, names)
    if kind == kinds.ZIP:
        return archives.look_into(file, size, names)
    return sounds.look_into(file, size, kind)
