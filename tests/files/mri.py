"""DICOM files: odd transfer syntaxes, cut, deflated bombs, programs in front of them."""

import struct
import zlib

from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from handlers.core.inspection import Finding
from tests.files.samples import scan

PACKED = {
    "JPEG": "1.2.840.10008.1.2.4.50",
    "lossless JPEG": "1.2.840.10008.1.2.4.70",
    "JPEG-LS": "1.2.840.10008.1.2.4.80",
    "JPEG 2000": "1.2.840.10008.1.2.4.90",
    "JPEG 2000 with loss": "1.2.840.10008.1.2.4.91",
    "RLE": "1.2.840.10008.1.2.5",
    "MPEG-4": "1.2.840.10008.1.2.4.102",
}


def encapsulated(syntax: str) -> bytes:
    """Return a scan whose pixels are packed in one fragment, in a way that says so."""
    plain = scan(ExplicitVRLittleEndian)
    at = plain.index(b"\xe0\x7f\x10\x00")
    pieces = b"\xfe\xff\x00\xe0\x00\x00\x00\x00" + b"\xfe\xff\x00\xe0" + struct.pack("<I", 64) + bytes(64)
    pixels = b"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff" + pieces + b"\xfe\xff\xdd\xe0" + bytes(4)
    return replaced_syntax(plain[:at] + pixels, syntax)


def replaced_syntax(whole: bytes, syntax: str) -> bytes:
    """Return a scan that says it is of another transfer syntax."""
    at = whole.index(b"\x02\x00\x10\x00UI")
    length = struct.unpack("<H", whole[at + 6 : at + 8])[0]
    new = syntax.encode() + b"\x00" * (len(syntax) % 2)
    group = struct.unpack("<I", whole[140:144])[0] + len(new) - length
    body = whole[144:at] + b"\x02\x00\x10\x00UI" + struct.pack("<H", len(new)) + new
    return whole[:140] + struct.pack("<I", group) + body + whole[at + 8 + length :]


def deflated_bomb(megabytes: int) -> bytes:
    """Return a scan whose header unpacks to so many megabytes."""
    whole = replaced_syntax(scan(), DeflatedExplicitVRLittleEndian)
    start = 144 + struct.unpack("<I", whole[140:144])[0]
    long = b"\x09\x00\x01\x10UN\x00\x00" + struct.pack("<I", megabytes << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = [packer.compress(long), *(packer.compress(bytes(1 << 20)) for _ in range(megabytes))]
    return whole[:start] + b"".join([*packed, packer.flush()])


def cases():
    """Yield name, content and what it has to be found to be."""
    plain = {
        "implicit": ImplicitVRLittleEndian,
        "explicit": ExplicitVRLittleEndian,
        "big endian": ExplicitVRBigEndian,
        "deflated": DeflatedExplicitVRLittleEndian,
    }
    for name, syntax in plain.items():
        yield f"scan, {name}", scan(syntax), Finding.FINE
    for name, syntax in PACKED.items():
        yield f"scan packed as {name}", encapsulated(syntax), Finding.FINE
    yield "scan of a private syntax", encapsulated("1.2.826.0.1.3680043.9"), Finding.FINE
    yield from _odd()
    yield from _broken()


def _odd():
    for modality in ("MR", "CT", "PT", "NM", "OT"):
        yield f"scan of {modality}", scan(Modality=modality), Finding.FINE
    yield "scan with TIFF in front", scan(preamble=b"II*\x00" + bytes(8)), Finding.FINE
    yield "scan of somebody else", scan(PatientName="Smith^John"), Finding.FINE
    yield "scan without a name", scan(PatientName=""), Finding.FINE
    yield (
        "scan with a name in kanji",
        scan(SpecificCharacterSet="ISO_IR 192", PatientName="田中^花子"),
        Finding.FINE,
    )
    yield "scan with a foolish date", scan(StudyDate="20261399"), Finding.FINE
    yield "scan with unknown letters", scan(SpecificCharacterSet="ISO_IR 999"), Finding.FINE
    yield "scan without pixels", scan()[: scan().index(b"\xe0\x7f\x10\x00")], Finding.FINE
    for name, start in {
        "MZ": b"MZ",
        "ELF": b"\x7fELF",
        "PDF": b"%PDF-1.7\n",
        "page": b"<html>",
        "sh": b"#!/bin/sh",
    }.items():
        yield f"scan with {name} in front", scan(preamble=start), Finding.POLYGLOT


def _broken():
    whole = scan(side=64)
    for share in (0.3, 0.6, 0.95):
        yield f"scan cut at {share}", whole[: int(len(whole) * share)], Finding.DAMAGED
    yield "scan that is its mark only", bytes(128) + b"DICM", Finding.DAMAGED
    yield "scan of noise", bytes(128) + b"DICM" + bytes(range(256)) * 8, Finding.DAMAGED
    packed = encapsulated(PACKED["JPEG"])
    yield "packed scan cut short", packed[:-20], Finding.DAMAGED
    deflated = replaced_syntax(whole, DeflatedExplicitVRLittleEndian)
    yield "scan that only says it is deflated", deflated, Finding.DAMAGED
    for megabytes in (40, 300, 700):
        yield f"scan that unpacks to {megabytes} MB", deflated_bomb(megabytes), Finding.BOMB
