"""A picture of a file for the console: pixels drawn anew, never the file itself. Runs in the child only.

Nothing of the original is in it: no metadata, no place, no script; only what it looks like.
"""

import io
import zipfile
from typing import Any, BinaryIO, Final

import pydicom
import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps

from bot.checker import kinds, pictures
from bot.checker.findings import Found
from handlers.core.inspection import Finding

LONGEST_SIDE: Final = 1600
_QUALITY: Final = 80
_MOST_MEMBER: Final = 96 * 1024 * 1024
_MOST_LOOKED_AT: Final = 2000
_PLAIN: Final = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"})
_COMPRESSED: Final = {
    "1.2.840.10008.1.2.4.50": ("JPEG",),
    "1.2.840.10008.1.2.4.90": ("JPEG2000",),
    "1.2.840.10008.1.2.4.91": ("JPEG2000",),
}


def preview(file: BinaryIO) -> bytes:
    """Return a JPEG of the first page, the middle slice or the photo; raise Found if there is none."""
    file.seek(0)
    kind = kinds.kind_of(file.read(kinds.HEAD))
    file.seek(0)
    try:
        picture = _drawn(file, kind)
    except Found:
        raise
    except (MemoryError, RecursionError) as error:
        raise Found(Finding.TOO_HEAVY, "preview") from error
    except Exception as error:  # whatever a hostile file breaks, there is no picture of it
        raise Found(Finding.DAMAGED, "preview") from error
    return _as_jpeg(picture)


def _drawn(file: BinaryIO, kind: str | Finding) -> Image.Image:
    if kind == kinds.PDF:
        return _first_page(file)
    if kind in kinds.PICTURES:
        return _photo(file, str(kind))
    if kind == kinds.DICOM:
        return _slice(file)
    if kind == kinds.ZIP:
        return _middle_of(file)
    raise Found(Finding.NOT_TAKEN, "preview")


def _first_page(file: BinaryIO) -> Image.Image:
    document = pypdfium2.PdfDocument(file)
    page = document[0]
    scale = min(3.0, LONGEST_SIDE / max(page.get_width(), page.get_height(), 1.0))
    drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return drawn.convert("RGB")


def _photo(file: BinaryIO, mime: str) -> Image.Image:
    picture = pictures.opened(file, mime)
    if mime == kinds.JPEG:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    if picture.mode in {"I;16", "I;16B", "I", "F"}:
        return pictures.narrowed(picture).convert("RGB")
    return ImageOps.exif_transpose(picture).convert("RGB")


def _middle_of(file: BinaryIO) -> Image.Image:
    """Return the middle scan of an archive, in the order of their numbers; else its first picture."""
    with zipfile.ZipFile(file) as archive:
        scans, others = [], []
        for member in archive.infolist()[:_MOST_LOOKED_AT]:
            if member.is_dir() or member.file_size > _MOST_MEMBER:
                continue
            with archive.open(member) as entry:
                kind = kinds.kind_of(entry.read(kinds.HEAD))
            if kind == kinds.DICOM and not member.filename.upper().endswith("DICOMDIR"):
                scans.append(member)
            elif kind in kinds.PICTURES | {kinds.PDF}:
                others.append(member)
        chosen = sorted(scans, key=lambda member: member.filename)[len(scans) // 2 :] or others
        if not chosen:
            raise Found(Finding.NOT_TAKEN, "preview")
        content = io.BytesIO(archive.read(chosen[0]))
    kind = kinds.kind_of(content.getvalue()[: kinds.HEAD])
    return _drawn(content, kind if kind != kinds.ZIP else Finding.ARCHIVE)


def _slice(file: BinaryIO) -> Image.Image:
    header = pydicom.dcmread(file, defer_size=None)
    width, height = int(header.Columns), int(header.Rows)
    frames = max(1, int(header.get("NumberOfFrames") or 1))
    if width * height > pictures.MOST_PLAIN_PIXELS:
        raise Found(Finding.TOO_HEAVY, "preview")
    syntax = str(header.file_meta.TransferSyntaxUID)
    if syntax in _COMPRESSED:
        return _unpacked(header, frames, _COMPRESSED[syntax])
    if syntax not in _PLAIN:
        raise Found(Finding.NOT_TAKEN, "preview")
    return _windowed(header, width, height, frames)


def _unpacked(header: Any, frames: int, formats: tuple[str, ...]) -> Image.Image:
    pixels = pydicom.encaps.get_frame(header.PixelData, frames // 2, number_of_frames=frames)
    picture = Image.open(io.BytesIO(pixels), formats=formats)
    picture.load()
    return picture.convert("RGB") if picture.mode in {"L", "RGB", "YCbCr"} else pictures.narrowed(picture)


def _windowed(header: Any, width: int, height: int, frames: int) -> Image.Image:
    """Return the middle frame as the doctor's screen shows it: the window's greys, from black to white."""
    bits, samples = int(header.BitsAllocated), int(header.get("SamplesPerPixel") or 1)
    length = width * height * samples * bits // 8
    at = (frames // 2) * length
    raw = header.PixelData[at : at + length]
    if samples == 3 and bits == 8:  # noqa: PLR2004  red, green, blue
        return Image.frombytes("RGB", (width, height), raw)
    values = _values(raw, bits, is_signed=bool(header.get("PixelRepresentation")))
    greys = _greys(header, min(values), max(values))
    low = min(values)
    return Image.frombytes("L", (width, height), bytes(greys[value - low] for value in values))


def _values(raw: bytes, bits: int, *, is_signed: bool) -> "memoryview[int]":
    if bits == 8:  # noqa: PLR2004  bits in a byte
        return memoryview(raw).cast("b" if is_signed else "B")
    return memoryview(raw).cast("h" if is_signed else "H")


def _greys(header: Any, low: int, high: int) -> bytes:
    slope, intercept = float(header.get("RescaleSlope") or 1), float(header.get("RescaleIntercept") or 0)
    center, span = _first(header.get("WindowCenter")), _first(header.get("WindowWidth"))
    if center is None or span is None or span <= 0:
        center, span = ((low + high) / 2) * slope + intercept, max(1.0, (high - low) * abs(slope))
    start = center - span / 2
    inverted = str(header.get("PhotometricInterpretation")) == "MONOCHROME1"
    found = (255 * ((value * slope + intercept) - start) / span for value in range(low, high + 1))
    whole = (min(255, max(0, round(grey))) for grey in found)
    return bytes(255 - grey if inverted else grey for grey in whole)


def _first(value: Any) -> float | None:
    if value is None or value == "":
        return None
    return float(value[0]) if isinstance(value, list | tuple | pydicom.multival.MultiValue) else float(value)


def _as_jpeg(picture: Image.Image) -> bytes:
    plain = picture.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    to = io.BytesIO()
    bare.save(to, "JPEG", quality=_QUALITY)
    return to.getvalue()
