"""DICOM: what the headers say, never the pixels. The patient's name is compared here and told to nobody."""

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import pydicom
from pydicom.uid import DeflatedExplicitVRLittleEndian

from bot.checker.findings import Found
from handlers.core.inspection import Finding, Inspection, Scan

_TAGS: Final = [
    "Modality", "BodyPartExamined", "StudyDate", "SeriesInstanceUID", "PatientName", "Rows", "Columns",
    "SOPClassUID", "NumberOfFrames", "MediaStorageSOPClassUID",
]  # fmt: skip
_LONGEST: Final = 32
_UID: Final = 64
_MOST_WORDS: Final = 12
_MOST_UNPACKED: Final = 32 * 1024 * 1024
_META: Final = 64 * 1024
_GROUP_AT: Final = 132
_LONG: Final = frozenset({b"OB", b"OW", b"UN", b"SQ", b"UT", b"UC", b"UR"})
_PIXELS: Final = b"\xe0\x7f\x10\x00"
_UNDEFINED: Final = b"\xff\xff\xff\xff"
_NO_MORE: Final = b"\xfe\xff\xdd\xe0"
_END: Final = 64 * 1024


@dataclass(slots=True)
class Gathering:
    """What the headers of one or many files said so far. `names` are those the patient goes by."""

    names: Sequence[str] = ()
    files: int = 0
    looked: int = 0
    series: set[str] = field(default_factory=set)
    modalities: set[str] = field(default_factory=set)
    body_parts: set[str] = field(default_factory=set)
    dates: set[str] = field(default_factory=set)
    matches: list[bool] = field(default_factory=list)

    def take(self, header: Any) -> None:
        """Take one file's header."""
        self.files += 1
        self.looked += 1
        self.series.add(_text(header, "SeriesInstanceUID")[:_UID])
        self.modalities.add(_word(_text(header, "Modality")))
        self.body_parts.add(_word(_text(header, "BodyPartExamined")))
        self.dates.add(_day(_text(header, "StudyDate")))
        name = _text(header, "PatientName")
        if name and self.names:
            self.matches.append(is_same_person(name, self.names))

    def told(self) -> Scan:
        """Return what may be told of it."""
        return Scan(
            files=self.files,
            series=len(self.series - {""}),
            modalities=_first(self.modalities),
            body_parts=_first(self.body_parts),
            study_dates=_first(self.dates),
            named=all(self.matches) if self.matches else None,
            looked=self.looked,
        )


def look_into(file: BinaryIO, size: int, mime: str, names: Sequence[str]) -> Inspection:
    """Say what one DICOM file is; raise Found for a damaged one or a bomb."""
    gathering = Gathering(names)
    gathering.take(header_of(file, size))
    return Inspection(Finding.FINE, "", mime, scan=gathering.told())


def header_of(file: BinaryIO, size: int, *, whole: bool = True) -> Any:
    """Return the header of a DICOM file; raise Found when it has none, or unpacks to too much.

    Without the `whole` file, only its beginning, nothing is said of the pixels.
    """
    _check_deflated(file)
    file.seek(0)
    header = pydicom.dcmread(file, stop_before_pixels=True, specific_tags=_TAGS)
    if whole and header.file_meta.get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        _check_pixels(file, size)
    told = [_text(header, tag) for tag in ("SOPClassUID", "SeriesInstanceUID", "Modality")]
    if not any(told) and "MediaStorageSOPClassUID" not in header.file_meta:
        raise Found(Finding.DAMAGED, "header")
    return header


def is_same_person(written: str, names: Iterable[str]) -> bool:
    """Say whether a header's name may be one of the patient's: they share every part of the shorter one.

    A header may bear the name in several scripts, joined by "="; parts are joined by "^".
    """
    writings = [_parts(writing) for writing in written.split("=")]
    known = [_parts(name) for name in names]
    return any(one and other and (one <= other or other <= one) for one in writings for other in known)


def _parts(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return frozenset("".join(char if char.isalnum() else " " for char in bare).split())


def _check_deflated(file: BinaryIO) -> None:
    """Unpack a deflated header up to a limit; pydicom itself would unpack all of it, however much."""
    file.seek(0)
    start, syntax = _first_group(file.read(_META))
    if syntax != DeflatedExplicitVRLittleEndian:
        return
    file.seek(start)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    unpacked = len(unpacker.decompress(file.read(_MOST_UNPACKED), _MOST_UNPACKED))
    if unpacked >= _MOST_UNPACKED:
        raise Found(Finding.BOMB, "deflated")


def _first_group(head: bytes) -> tuple[int, str]:
    """Return where the first group ends and the transfer syntax that it names (PS3.10, 7.1)."""
    at, syntax = _GROUP_AT, ""
    while head[at : at + 2] == b"\x02\x00":
        is_long = head[at + 4 : at + 6] in _LONG
        begins = at + (12 if is_long else 8)
        length = head[at + 8 : begins] if is_long else head[at + 6 : begins]
        ends = begins + int.from_bytes(length, "little")
        if head[at + 2 : at + 4] == b"\x10\x00":
            syntax = head[begins:ends].rstrip(b"\x00 ").decode("ascii", "replace")
        at = ends
    return at, syntax


def _check_pixels(file: BinaryIO, size: int) -> None:
    """Raise Found where the pixels, which begin here if there are any, reach past the file's end."""
    start = file.tell()
    head = file.read(12)
    if head[:4] != _PIXELS:
        return
    explicit = head[4:6] in {b"OB", b"OW"}
    length, begins = (head[8:12], 12) if explicit else (head[4:8], 8)
    if length != _UNDEFINED:
        is_cut = start + begins + int.from_bytes(length, "little") > size
    else:
        file.seek(max(0, size - _END))
        is_cut = _NO_MORE not in file.read(_END)
    if is_cut:
        raise Found(Finding.DAMAGED, "cut-short")


def _text(header: Any, tag: str) -> str:
    value = header.get(tag)
    return "" if value is None else str(value)


def _word(text: str) -> str:
    return "".join(char for char in text.upper() if char.isascii() and (char.isalnum() or char in " -_"))[
        :_LONGEST
    ]


def _day(text: str) -> str:
    return text if len(text) == len("YYYYMMDD") and text.isascii() and text.isdecimal() else ""


def _first(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(words - {""})[:_MOST_WORDS])
