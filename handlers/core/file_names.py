"""Names of files, which whoever sends one may choose: as they may be shown and saved under."""

import unicodedata
from typing import Final

_LONGEST: Final = 200
"""Characters; most file systems take no longer name than 255 bytes."""
_LONGEST_ENDING: Final = 20
_HIDES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control characters, marks that turn the direction of writing, half a character, breaks of lines."""


def safe_name(name: str) -> str:
    """Return a file's own name as it may be shown and saved under: no path, nothing that hides its ending.

    Marks that turn the direction of writing, control characters and half a character are taken out; so are
    dots in front, which hide a file. A name of which nothing is left is "file". A long one keeps its ending.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if unicodedata.category(char) not in _HIDES)
    shown = shown.strip(" .") or "file"
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= _LONGEST or not dot:
        return shown[:_LONGEST]
    ending = ending[:_LONGEST_ENDING]
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"
