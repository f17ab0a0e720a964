"""The fonts that a summary is printed with: Noto Sans from pip packages (SIL Open Font License 1.1).

Nothing is taken from the machine, so that a page looks the same everywhere.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types
from typst import Fonts

_FOLDERS: Final = (
    ("fontpkg_noto_sans", "files"),
    ("justmytype_intl_cjk", "fonts"),
    ("justmytype_intl_rtl", "fonts"),
)
LATIN: Final = "Noto Sans"
_OTHERS: Final = (
    "Noto Sans JP",
    "Noto Sans SC",
    "Noto Sans TC",
    "Noto Sans KR",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
)
_OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ja": "Noto Sans JP",
        "zh-Hans": "Noto Sans SC",
        "zh-Hant": "Noto Sans TC",
        "ko": "Noto Sans KR",
        "ar": "Noto Sans Arabic",
    }
)
"""Han characters look different in each of these languages: its own font comes first."""
_IGNORABLE: Final = frozenset(
    "\n\t\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
)
_SYMBOLS: Final = frozenset({"So", "Sk", "Sm", "Sc"})


@cache
def fonts() -> Fonts:
    """Return the fonts, looked up once."""
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=_folders())


def families(language: str) -> list[str]:
    """Return the names of the fonts in the order in which a language asks for them."""
    own = _OWN.get(language)
    rest = [name for name in _OTHERS if name != own]
    return [LATIN, *([own] if own else []), *rest]


def printable(text: str) -> str:
    """Return a text whose every character has a glyph: symbols by their name, what else is strange as […].

    A doctor reads what was meant; how it was written stands in the FHIR file.
    """
    known = _covered()
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character, known) for character in text).replace("[…][…]", "[…]")


def _shown(character: str, known: frozenset[int]) -> str:
    kind = unicodedata.category(character)
    if character in _IGNORABLE or kind == "Cc":
        return character if character in "\n\t" else ""
    if ord(character) in known:
        return character
    if kind in _SYMBOLS:
        return f"[{unicodedata.name(character, 'symbol').lower()}]"
    return "" if kind.startswith(("M", "C")) else "[…]"


@cache
def _covered() -> frozenset[int]:
    found = {ord(character) for character in _IGNORABLE}
    for folder in _folders():
        for path in sorted(folder.rglob("*.ttf")):
            if "Italic" not in path.name:
                with TTFont(path, lazy=True) as font:
                    found |= font.getBestCmap().keys()
    return frozenset(found)


@cache
def _folders() -> list[Path]:
    return [Path(str(files(package))) / folder for package, folder in _FOLDERS]
