"""Photos and scanned pages: whole or damaged, and whether they can be read."""

from typing import BinaryIO, Final

import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageFilter, ImageStat, TiffImagePlugin  # noqa: F401  the plug-in is used by its name

from bot.checker.findings import Found
from bot.checker.kinds import HEIC, JPEG, PNG, TIFF, is_foreign
from handlers.core.inspection import Finding, Hint, Inspection

MOST_PIXELS: Final = 220_000_000
"""More than any telephone takes; what is larger is made to fill memory."""
MOST_PLAIN_PIXELS: Final = 80_000_000
"""Of kinds that are decoded at their full size only."""
_MOST_PAGES: Final = 2000
_DARK: Final = 55.0
_SHORT_SIDE: Final = 600
_SHARP: Final = 45.0
"""The variance of edges below which letters run together; found by trying pages, sharp and blurred."""
_LOOK: Final = (1200, 1200)
_GPS: Final = 0x8825
_FORMATS: Final = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), TIFF: ("TIFF",)}
_END: Final = 1024 * 1024
_EDGES: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def look_into(file: BinaryIO, size: int, mime: str) -> Inspection:
    """Say what a picture is; raise Found for a damaged or monstrous one."""
    try:
        if mime == PNG:
            opened(file, mime).verify()  # its check sums: decoding alone lets a hole pass
        picture = opened(file, mime)
        pages = min(getattr(picture, "n_frames", 1), _MOST_PAGES + 1) if mime == TIFF else 0
        if pages > _MOST_PAGES:
            raise Found(Finding.BOMB, "pages")
        place = _GPS in picture.getexif()
        size_there = picture.size
        small = reduced(picture, mime)
    except Image.DecompressionBombError as error:
        raise Found(Finding.BOMB, "pixels") from error
    except ValueError as error:
        if "MAX_TEXT" in str(error) or "too large" in str(error):
            raise Found(Finding.BOMB, "text") from error
        raise
    if trailing := _after_the_end(file, size, mime):
        raise Found(Finding.POLYGLOT, trailing)
    return Inspection(Finding.FINE, "", mime, pages=pages, hints=_hints(small, size_there, place=place))


def opened(file: BinaryIO, mime: str) -> Image.Image:
    """Open a picture without decoding it; raise Found when it has too many pixels."""
    file.seek(0)
    if mime == HEIC:
        heif = pi_heif.open_heif(file, convert_hdr_to_8bit=True, bgr_mode=False)
        _check_pixels(heif.size, MOST_PLAIN_PIXELS)
        picture: Image.Image = heif.to_pillow()
        return picture
    found = Image.open(file, formats=_FORMATS[mime])
    _check_pixels(found.size, MOST_PIXELS if mime == JPEG else MOST_PLAIN_PIXELS)
    return found


def reduced(picture: Image.Image, mime: str) -> Image.Image:
    """Decode a picture, a JPEG at a smaller size; raise OSError when it is cut short."""
    if mime == JPEG:
        picture.draft(None, _LOOK)
    picture.load()
    small = picture.convert("L") if picture.mode not in {"I;16", "I;16B", "I", "F"} else narrowed(picture)
    small.thumbnail(_LOOK)
    return small


def narrowed(picture: Image.Image) -> Image.Image:
    """Return a picture of many greys as one of 256, from its darkest to its brightest."""
    many = picture.convert("F")
    low, high = (float(value) for value in many.getextrema() if not isinstance(value, tuple))
    scale = 255.0 / ((high - low) or 1.0)
    return many.point(lambda value: value * scale + (-low * scale)).convert("L")


def _check_pixels(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise Found(Finding.BOMB, "pixels")


def _hints(small: Image.Image, size: tuple[int, int], *, place: bool) -> tuple[Hint, ...]:
    edges = small.filter(_EDGES).crop((2, 2, max(3, small.width - 2), max(3, small.height - 2)))
    found = {
        Hint.DARK: ImageStat.Stat(small).mean[0] < _DARK,
        Hint.SMALL: min(size) < _SHORT_SIDE,
        Hint.BLURRED: ImageStat.Stat(edges).var[0] < _SHARP,
        Hint.PLACE: place,
    }
    return tuple(hint for hint, is_so in found.items() if is_so)


def _after_the_end(file: BinaryIO, size: int, mime: str) -> str:
    """Return what stands behind a picture's end: another kind of file, or "" (telephones add pictures)."""
    if mime not in {JPEG, PNG}:
        return ""
    start = max(0, size - _END)
    file.seek(start)
    tail = file.read(_END)
    mark = b"\xff\xd9" if mime == JPEG else b"IEND\xae\x42\x60\x82"
    at = tail.find(mark) if start == 0 else tail.rfind(mark)
    while at >= 0:
        if is_foreign(tail[at + len(mark) : at + len(mark) + 2048]):
            return "behind-the-end"
        at = tail.find(mark, at + 1)
    return "archive" if tail.rfind(b"PK\x05\x06") >= 0 and b"PK\x01\x02" in tail else ""
