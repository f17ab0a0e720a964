"""Looks for a marker in bytes, in every dress that software puts text into by accident."""

import base64
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

MARK = "Zwitscherfünk"
"""Stands in every canary; no word of any language, and not ASCII alone."""
_GZIP, _LONGEST = b"\x1f\x8b\x08", 32 * 1024 * 1024
_ZLIB = (b"x\x01", b"x\x9c", b"x\xda")


def canary(number: int) -> str:
    """Return the canary with a number, written in letters alone: a name may hold no digits."""
    return f"{MARK} {''.join(chr(ord('a') + int(digit)) for digit in f'{number:05}')}"


def _escaped(text: str, *, every: bool) -> bytes:
    return "".join(f"\\u{ord(c):04x}" if every or ord(c) > 127 else c for c in text).encode()


def _in_base64(text: str) -> Iterator[bytes]:
    """Yield the characters of a base64 text that are the same whatever stands beside it."""
    for before in range(3):
        coded = base64.b64encode(b"x" * before + text.encode() + b"x" * 3)
        yield coded[4 if before else 0 :][: len(text.encode()) // 3 * 4 - 4]


def _dresses() -> dict[str, tuple[bytes, ...]]:
    whole, part = _escaped(MARK, every=True), _escaped(MARK, every=False)
    coded = tuple(_in_base64(MARK))
    percent, hexed = quote(MARK), MARK.encode().hex()
    return {
        "plain": (MARK.encode(), MARK.encode("latin-1")),
        "UTF-16": (MARK.encode("utf-16-le"), MARK.encode("utf-16-be")),
        "base64": (*coded, *(one.translate(bytes.maketrans(b"+/", b"-_")) for one in coded)),
        "escaped": (whole, whole.upper().replace(b"\\U", b"\\u"), part, part.replace(b"00fc", b"00FC")),
        "percent": (percent.encode(), percent.replace("%C3%BC", "%c3%bc").encode()),
        "hex": (hexed.encode(), hexed.upper().encode()),
    }


DRESSES = _dresses()
ALL = (*DRESSES, "gzip", "zlib")


def found_in(content: bytes) -> set[str]:
    """Return in which dresses the marker stands in these bytes, compressed ones unpacked."""
    found = _bare(content)
    found |= {"gzip" for packed in _unpacked(content, (_GZIP,), 31) if _bare(packed)}
    return found | {"zlib" for packed in _unpacked(content, _ZLIB, 15) if _bare(packed)}


def dressed(text: str, dress: str) -> bytes:
    """Return a text in one dress, for planting it by hand."""
    if dress in {"gzip", "zlib"}:
        packer = zlib.compressobj(wbits=31 if dress == "gzip" else 15)
        return packer.compress(text.encode()) + packer.flush()
    makers = {
        "plain": text.encode,
        "UTF-16": lambda: text.encode("utf-16-le"),
        "base64": lambda: base64.b64encode(text.encode()),
        "escaped": lambda: _escaped(text, every=True),
        "percent": lambda: quote(text).encode(),
        "hex": lambda: text.encode().hex().encode(),
    }
    return makers[dress]()


def scan(places: dict[str, Path | bytes]) -> list[str]:
    """Return "place: dress (file)" for everything found; a place is a file, a folder or bytes."""
    found = []
    for place, where in places.items():
        for name, content in _contents(where):
            found += [f"{place}: {dress} ({name})" for dress in sorted(found_in(content))]
    return found


def _contents(where: Path | bytes) -> Iterator[tuple[str, bytes]]:
    if isinstance(where, bytes):
        yield "-", where
        return
    for path in [where] if where.is_file() else sorted(where.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
            if found_in(path.name.encode()):
                yield f"name of {path.suffix}", path.name.encode()


def _bare(content: bytes) -> set[str]:
    return {dress for dress, forms in DRESSES.items() if any(form in content for form in forms)}


def _unpacked(content: bytes, magics: tuple[bytes, ...], bits: int) -> Iterator[bytes]:
    for magic in magics:
        at = content.find(magic)
        while at >= 0:
            with suppress(zlib.error):  # mostly these bytes begin nothing
                yield zlib.decompressobj(bits).decompress(content[at:], _LONGEST)
            at = content.find(magic, at + 1)
