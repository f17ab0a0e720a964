"""Names of files as a browser is told them."""

import unicodedata
from typing import Final
from urllib.parse import quote

_SAFE_ASCII: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._-()+,")
_LONGEST: Final = 200
"""Characters; most file systems take no longer name than 255 bytes."""


def disposition(name: str) -> str:
    """Return an attachment's Content-Disposition (RFC 6266): an ASCII name, and the true one in UTF-8."""
    shown = safe_name(name)
    plain = "".join(char if char in _SAFE_ASCII else "_" for char in shown)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"


def safe_name(name: str) -> str:
    """Return a file's own name as it may be shown and saved under: no path, nothing that hides its ending.

    Marks that turn the direction of writing, control characters and half a character are taken out; so are
    dots in front, which hide a file. A name of which nothing is left is "file". A long one keeps its ending.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    shown = shown.strip(" .") or "file"
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= _LONGEST or not dot:
        return shown[:_LONGEST]
    ending = ending[:20]
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"
