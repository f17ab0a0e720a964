"""Photos: honest, cut, monstrous, with something behind their end."""

import io
import struct
import zlib
from base64 import b85decode

from PIL import Image, ImageFilter, TiffImagePlugin
from PIL.PngImagePlugin import PngInfo

from handlers.core.inspection import Finding
from tests.files.samples import archive, box, encoded, film, jpeg, page, pdf, png, tiff

JPEG_END, PNG_END = b"\xff\xd9", b"IEND\xae\x42\x60\x82"


HEIC = b85decode(
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004fZDn*}000000000XXk=`10000000000aA{+700000000000000000000B"
    "57=IV*mgE07O6l0RRC200001p#T8@00000002w?001LtX>Mi!000000RR916=`l}WdZ;I000310BCk&F#rGn01j|zbZr0t00"
    "0010002}X>f9I0002pX>en20001XXm(>m0RwOV0058x000009`FGC{rLC*01pFT0096PKmiN^|NjGU00093kN^M!000939=Z"
    "ZRVE_RDDnbDP18@KU0|1Z!00RI30{|YNAb|yz>g1-mxCm%4AOHXZ10VnZ0{|gn00967L;=Bbz=;3=025<xY;ta6Y<K_x01W^"
    "JfB*mh6lrsCWdHyG00000KmY&$KmY&$C}V74Z~y=RKmY&$0RR91FaQ7m0RR91000000{{R2@Bjb+0ssI25O8UDX#fBK00RgJ"
    "2mk;87-?{AVE_OC000000RRC7fdT^sga7~lRBdEobN~PVNGJiX8G!C1F49;3UJY#?yV!rTgBBa`4}932qt!n%LrfnqUv1^&8"
    "op}rwoNl2#~?zahb1I8wMxgcoZ<RghZ|LW(LS^3fB"
)
"""A picture of 64 by 48 points as an iPhone keeps it; nothing that we use can write one."""


def with_place() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x8825] = {1: "N", 2: (35.0, 41.0, 22.0), 3: "E", 4: (139.0, 41.0, 30.0)}
    return encoded(page(), "JPEG", exif=exif)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def empty_png(width: int, height: int) -> bytes:
    """Return a PNG that says it is so large and holds next to nothing."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def resized(width: int, height: int) -> bytes:
    """Return a JPEG whose frame header says that it is so large."""
    whole = bytearray(jpeg())
    at = whole.index(b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


def text_bomb() -> bytes:
    info = PngInfo()
    info.add_text("x", "a" * 70_000_000, zip=True)
    return encoded(page(), "PNG", pnginfo=info)


def heic(size: int = 200) -> bytes:
    return box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + box(b"meta", bytes(size))


def endless_tiff() -> bytes:
    """Return a TIFF whose second page is its first again."""
    whole = bytearray(tiff())
    at = struct.unpack("<I", whole[4:8])[0]
    count = struct.unpack("<H", whole[at : at + 2])[0]
    end = at + 2 + 12 * count
    whole[end : end + 4] = struct.pack("<I", at)
    return bytes(whole)


def cases():
    """Yield name, content and what it has to be found to be."""
    yield from _fine()
    yield from _cut()
    yield from _monstrous()
    yield from _double()


def _fine():
    for kind, options in (
        ("JPEG", {"quality": 30}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("TIFF", {}),
    ):
        yield f"{kind} {options}", encoded(page(), kind, **options), Finding.FINE
    for mode in ("L", "1", "P", "RGBA", "LA", "I;16"):
        yield f"PNG of mode {mode}", encoded(page().convert("L").convert(mode), "PNG"), Finding.FINE
    for mode in ("L", "CMYK"):
        yield f"JPEG of mode {mode}", encoded(page().convert(mode), "JPEG"), Finding.FINE
    for way in ("tiff_lzw", "tiff_deflate", "packbits", "group4"):
        picture = page().convert("1") if way == "group4" else page()
        yield f"TIFF packed with {way}", encoded(picture, "TIFF", compression=way), Finding.FINE
    yield "TIFF of 12 pages", tiff(12), Finding.FINE
    yield "JPEG that says where", with_place(), Finding.FINE
    yield "dark JPEG", encoded(page(shade=30), "JPEG"), Finding.FINE
    yield "small JPEG", encoded(page(200, 300), "JPEG"), Finding.FINE
    yield "blurred JPEG", encoded(page().filter(ImageFilter.GaussianBlur(12)), "JPEG"), Finding.FINE
    yield "JPEG of one point", encoded(Image.new("RGB", (1, 1)), "JPEG"), Finding.FINE
    yield "JPEG and its second picture", jpeg() + jpeg(), Finding.FINE
    yield "JPEG and its film", jpeg() + film(), Finding.FINE
    yield "HEIC", HEIC, Finding.FINE
    yield "JPEG and zeros", jpeg() + bytes(5000), Finding.FINE


def _cut():
    for name, whole in (("JPEG", jpeg()), ("PNG", png()), ("TIFF", tiff())):
        for share in (0.02, 0.2, 0.5, 0.8):
            yield f"{name} cut at {share}", whole[: int(len(whole) * share)], Finding.DAMAGED
        yield f"{name} that is its beginning only", whole[:12], Finding.DAMAGED
        middle = len(whole) // 3
        holed = whole[:middle] + bytes(4000) + whole[middle + 4000 :]
        yield f"{name} with a hole", holed, Finding.FINE if name != "PNG" else Finding.DAMAGED
    yield "HEIC without a picture", heic(), Finding.DAMAGED
    yield "HEIC cut in its picture", HEIC[:-20], Finding.DAMAGED
    yield "HEIC cut short", heic()[:30], Finding.DAMAGED
    yield "PNG of nothing", empty_png(100, 100), Finding.DAMAGED
    yield "PNG without size", empty_png(0, 0), Finding.DAMAGED
    yield "TIFF that points to nowhere", b"II*\x00\xff\xff\xff\x7f" + bytes(50), Finding.DAMAGED
    yield "TIFF without end", endless_tiff(), Finding.FINE


def _monstrous():
    for side in (10_000, 30_000, 65_000):
        yield f"PNG of {side} points a side", empty_png(side, side), Finding.BOMB
    for side in (15_000, 40_000, 65_000):
        yield f"JPEG of {side} points a side", resized(side, side), Finding.BOMB
    yield "PNG of 2 billion points", empty_png(2**31 - 1, 1), Finding.BOMB
    yield "PNG with too much text", text_bomb(), Finding.BOMB
    yield "TIFF of one colour, 9,000 a side", one_colour(9_000), Finding.BOMB
    heavy = encoded(Image.new("F", (8_900, 8_900)), "TIFF", compression="tiff_deflate")
    yield "TIFF that takes too much memory", heavy, Finding.TOO_HEAVY


def one_colour(side: int) -> bytes:
    to = io.BytesIO()
    info = TiffImagePlugin.ImageFileDirectory_v2()
    Image.new("1", (side, side)).save(to, "TIFF", compression="group4", tiffinfo=info)
    return to.getvalue()


def _double():
    strangers = {
        "archive": archive({"a.txt": b"a"}),
        "program": b"MZ" + bytes(300),
        "page of the web": b"<html><script>x</script></html>",
        "script": b"#!/bin/sh\n",
        "paper": pdf(),
    }
    for name, stranger in strangers.items():
        yield f"JPEG and {name}", jpeg() + stranger, Finding.POLYGLOT
        yield f"PNG and {name}", png() + stranger, Finding.POLYGLOT
