"""What a mutated file may be found to be, written down before anybody looks into it.

By its first bytes alone, in a table of our own: a file that begins like a picture is never an office file
or a program, whatever else became of it. A mutation that left a file as it was has to be found to be the
very same.
"""

from collections.abc import Mapping

from handlers.core.inspection import Finding

_ANY = frozenset({Finding.FINE, Finding.DAMAGED, Finding.POLYGLOT, Finding.TOO_HEAVY})
"""A single file: readable, broken, with another one inside, or more than there is room for."""

_PDF = _ANY | {Finding.ACTIVE, Finding.LOCKED, Finding.BOMB}
_PICTURE = _ANY | {Finding.BOMB}
_BOX = _PDF | {
    Finding.PATHS, Finding.ARCHIVE, Finding.OFFICE, Finding.PROGRAM, Finding.NOT_TAKEN, Finding.EMPTY,
}  # fmt: skip
_NONE = frozenset({Finding.NOT_TAKEN, Finding.PROGRAM, Finding.OFFICE, Finding.ARCHIVE, Finding.POLYGLOT})
"""What begins like nothing that is taken: not a byte of it may be kept."""

_STARTS = (
    (b"%PDF-", _PDF),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG\r\n\x1a\n", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"PK\x03\x04", _BOX),
    (b"PK\x05\x06", _BOX),
    (b"OggS", _ANY),
    (b"ID3", _ANY),
    (b"#!AMR", _ANY),
    (b"RIFF", _ANY | {Finding.NOT_TAKEN}),
    (b"\xff", _ANY | {Finding.NOT_TAKEN}),
)


def may_be(content: bytes, seeds: Mapping[bytes, Finding]) -> frozenset[Finding]:
    """Return the findings of which one has to come; of an unchanged seed it is its own alone."""
    if content in seeds:
        return frozenset({seeds[content]})
    if not content:
        return frozenset({Finding.EMPTY})
    if content[128:132] == b"DICM":
        return _ANY
    if content[4:8] == b"ftyp":
        return _PICTURE | {Finding.NOT_TAKEN}
    if content.lstrip(b"\xef\xbb\xbf\x00 \t\r\n\x0b\x0c").startswith(b"%PDF-"):
        return _PDF
    return next((found for start, found in _STARTS if content.startswith(start)), _NONE)
