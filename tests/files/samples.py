"""Files as patients send them, made here: the honest ones that the hostile ones are made from."""

import io
import struct
import warnings
import wave
import zipfile
from functools import cache

import pikepdf
import pydicom
from PIL import Image, ImageDraw
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

MR = "1.2.840.10008.5.1.4.1.1.4"
PATIENT = "Tanaka^Hanako"


@cache
def page(width: int = 1000, height: int = 1400, shade: int = 255) -> Image.Image:
    """Return a written page, as a photo of a letter looks."""
    picture = Image.new("RGB", (width, height), (shade, shade, shade))
    pen = ImageDraw.Draw(picture)
    for line in range(0, height, 24):
        for word in range(0, width, 60):
            pen.rectangle((word + line % 7, line, word + 40, line + 11), fill=(shade // 12,) * 3)
    return picture


def encoded(picture: Image.Image, kind: str, **options) -> bytes:
    to = io.BytesIO()
    picture.save(to, kind, **options)
    return to.getvalue()


@cache
def jpeg() -> bytes:
    return encoded(page(), "JPEG")


@cache
def png() -> bytes:
    return encoded(page(), "PNG")


@cache
def tiff(pages: int = 1) -> bytes:
    small = page(700, 900)
    return encoded(small, "TIFF", save_all=True, append_images=[small] * (pages - 1))


def pdf(change=None, pages: int = 1, **options) -> bytes:
    """Return a PDF of empty pages; `change` gets it before it is written."""
    to = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        if change:
            change(made)
        made.save(to, **options)
    return to.getvalue()


def scan(syntax: str = ExplicitVRLittleEndian, side: int = 16, preamble: bytes = b"", **tags) -> bytes:
    """Return a DICOM file of one slice."""
    one = Dataset()
    one.file_meta = FileMetaDataset()
    one.file_meta.TransferSyntaxUID = UID(syntax)
    one.file_meta.MediaStorageSOPClassUID = one.SOPClassUID = MR
    one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID = "1.2.826.0.1.1"
    one.PatientName, one.Modality, one.BodyPartExamined = PATIENT, "MR", "BRAIN"
    one.StudyDate, one.SeriesInstanceUID = "20260901", "1.2.826.0.1.2"
    one.Rows = one.Columns = side
    one.SamplesPerPixel, one.PixelRepresentation, one.PhotometricInterpretation = 1, 0, "MONOCHROME2"
    one.BitsAllocated, one.BitsStored, one.HighBit = 16, 16, 15
    one.PixelData = bytes(range(256)) * (2 * side * side // 256)
    with warnings.catch_warnings(action="ignore"):  # of values that are wrong on purpose
        for name, value in tags.items():
            setattr(one, name, value)
    one.preamble = preamble.ljust(128, b"\x00")
    to = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):
        pydicom.dcmwrite(to, one, enforce_file_format=True)
    return to.getvalue()


def archive(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", how) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return to.getvalue()


@cache
def wav(seconds: float = 0.2) -> bytes:
    to = io.BytesIO()
    with wave.open(to, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(bytes(int(32000 * seconds)))
    return to.getvalue()


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def film(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"moov", bytes(200)) + box(b"mdat", bytes(2000))


def ogg() -> bytes:
    return b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(200)


def mp3() -> bytes:
    return b"ID3\x04\x00\x00\x00\x00\x00\x00" + (b"\xff\xfb\x90\x00" + bytes(413)) * 20
