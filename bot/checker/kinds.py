"""What a file is by its first bytes. An allow-list: whatever is not on it is not taken. Pure."""

import re
from typing import Final

from handlers.core.inspection import Finding

HEAD: Final = 8192
PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
HEIC: Final = "image/heic"
TIFF: Final = "image/tiff"
DICOM: Final = "application/dicom"
ZIP: Final = "application/zip"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""A Word letter: an archive inside. It is kept as it is, and neither drawn nor opened by us."""
OGG: Final = "audio/ogg"
MP3: Final = "audio/mpeg"
M4A: Final = "audio/mp4"
WAV: Final = "audio/wav"
AAC: Final = "audio/aac"
AMR: Final = "audio/amr"
MP4: Final = "video/mp4"
PICTURES: Final = frozenset({JPEG, PNG, HEIC, TIFF})

_STARTS: Final = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"#!AMR", AMR),
)
_BRANDS: Final = (
    (frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}), HEIC),
    (frozenset({b"M4A ", b"M4B "}), M4A),
    (
        frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV",
                   b"qt  ", b"3gp4", b"3gp5", b"3gp6", b"3g2a", b"dash"}),
        MP4,
    ),
)  # fmt: skip
_OTHERS: Final = (
    (b"MZ", Finding.PROGRAM),
    (b"\x7fELF", Finding.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Finding.PROGRAM),
    (b"\xce\xfa\xed\xfe", Finding.PROGRAM),
    (b"\xca\xfe\xba\xbe", Finding.PROGRAM),
    (b"#!", Finding.PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Finding.PROGRAM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Finding.OFFICE),
    (b"{\\rtf", Finding.OFFICE),
    (b"Rar!\x1a\x07", Finding.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Finding.ARCHIVE),
    (b"\x1f\x8b", Finding.ARCHIVE),
    (b"BZh", Finding.ARCHIVE),
    (b"\xfd7zXZ\x00", Finding.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Finding.ARCHIVE),
)
_MPEG_SYNC: Final = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_ADTS_SYNC: Final = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")
_LEADING_SPACE: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?[\s\x00]*(?=%PDF-)")
_DICM_AT: Final = 128
DISC_AT: Final = 32_769
DISC: Final = b"CD001"
"""Where the image of a disc (ISO 9660) says that it is one, behind 32 KiB of nothing."""
_TAR_AT: Final = 257
_FOREIGN: Final = (
    b"MZ", b"\x7fELF", b"%PDF-", b"PK\x03\x04", b"#!", b"\xcf\xfa\xed\xfe", b"Rar!", b"7z\xbc\xaf",
)  # fmt: skip
_PAGE: Final = re.compile(rb"<(?:!doctype|html|script|svg|\?php|iframe|body)", re.IGNORECASE)


def kind_of(head: bytes) -> str | Finding:
    """Return the MIME type of a file on the list, or why it is none; `head` are its first 8 KiB."""
    if not head:
        return Finding.EMPTY
    if head[_DICM_AT : _DICM_AT + 4] == b"DICM":
        return Finding.POLYGLOT if is_foreign(head[:_DICM_AT]) else DICOM
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[:4] == b"RIFF":
        return WAV if head[8:12] == b"WAVE" else Finding.NOT_TAKEN
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    return _without_a_start(head)


def _without_a_start(head: bytes) -> str | Finding:
    if b"%PDF-" in head[:1024]:
        return PDF if _LEADING_SPACE.match(head) else Finding.POLYGLOT
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return Finding.ARCHIVE
    for start, finding in _OTHERS:
        if head.startswith(start):
            return finding
    if _MPEG_SYNC.match(head):
        return MP3
    return AAC if _ADTS_SYNC.match(head) else Finding.NOT_TAKEN


def is_foreign(piece: bytes) -> bool:
    """Say whether bytes that should be nothing begin like a program, a page, an archive or a PDF."""
    bare = piece.lstrip(b"\x00\r\n\t ")
    return bare.startswith(_FOREIGN) or _PAGE.search(bare[:1024]) is not None


def _brand(head: bytes) -> str | Finding:
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    if brands[0] in {b"avif", b"avis"}:
        return Finding.NOT_TAKEN
    for brand in brands:
        for known, kind in _BRANDS:
            if brand in known:
                return kind
    return Finding.NOT_TAKEN
