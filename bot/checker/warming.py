"""A child looks into one harmless file of each kind before it gives up everything.

Libraries load parts of themselves at first use, and later no file can be opened any more.
"""

import codecs
import io
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pikepdf
import pydicom
import pyrage  # type: ignore[import-untyped]
from PIL import Image
from pydicom.charset import python_encoding
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MRImageStorage
from pyrage import x25519

from bot.checker.findings import Found
from bot.checker.looking import look_into
from bot.checker.previews import preview
from storage.age_files import AgeFile

_TEXTS: Final = (
    "cp437",
    "utf_8",
    "utf_8_sig",
    "utf_16",
    "utf_16_le",
    "utf_16_be",
    "latin_1",
    "ascii",
    "idna",
)
_SIDE: Final = 8
_EMPTY_HEIC: Final = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)


def warm_up() -> None:
    """Load whatever may be needed; after this nothing more is loaded."""
    Image.init()
    for name in {*_TEXTS, *python_encoding.values()}:
        codecs.lookup(name)
    me = x25519.Identity.generate()
    for content in _samples():
        sealed = pyrage.encrypt(content, [me.to_public()])
        file = io.BufferedReader(AgeFile(io.BytesIO(sealed), str(me)))
        look_into(file, len(content), ("A B",))
        with suppress(Found):
            preview(file)
    sys.meta_path.clear()


def _samples() -> Iterator[bytes]:
    grey = Image.new("L", (_SIDE, _SIDE))
    pictures = [
        (grey.convert("RGB"), "JPEG"),
        (grey, "PNG"),
        (grey, "TIFF"),
        (grey.convert("RGB"), "JPEG2000"),
    ]
    for picture, name in [*pictures, (Image.new("I;16", (_SIDE, _SIDE)), "TIFF")]:
        to = io.BytesIO()
        picture.save(to, name)
        yield to.getvalue()
    yield _page()
    yield _page(encryption=pikepdf.Encryption(owner="owner"))
    yield _scan()
    yield _archive(_scan())
    yield _EMPTY_HEIC
    yield b"%PDF-1.7\nbroken\n%%EOF"
    yield b"OggS" + bytes(64)


def _page(**options: Any) -> bytes:
    to = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(to, **options)
    return to.getvalue()


def _scan() -> bytes:
    scan = Dataset()
    scan.file_meta = FileMetaDataset()
    scan.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    scan.file_meta.MediaStorageSOPClassUID = scan.SOPClassUID = MRImageStorage
    scan.file_meta.MediaStorageSOPInstanceUID = scan.SOPInstanceUID = UID("1.2.3")
    scan.SpecificCharacterSet = "ISO_IR 192"
    scan.PatientName, scan.Modality, scan.StudyDate, scan.SeriesInstanceUID = "A^B", "MR", "20260101", "1.2"
    scan.Rows = scan.Columns = _SIDE
    scan.BitsAllocated, scan.BitsStored, scan.HighBit = 16, 16, 15
    scan.SamplesPerPixel, scan.PixelRepresentation, scan.PhotometricInterpretation = 1, 0, "MONOCHROME2"
    scan.WindowCenter, scan.WindowWidth = [10, 20], [20, 40]
    scan.PixelData = bytes(2 * _SIDE * _SIDE)
    to = io.BytesIO()
    pydicom.dcmwrite(to, scan, enforce_file_format=True)
    return to.getvalue()


def _archive(member: bytes) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.dcm", member)
    return to.getvalue()
