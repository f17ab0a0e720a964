"""From a name to the parts it is found by, and from what staff type to the parts they ask for (pure).

Both sides fold a text the same way: case, width, accents, the kind of kana and common old forms of
characters do not matter. Words of scripts with spaces are found by their beginnings; of scripts without, by
each character and each two that stand together, whether or not a space stood between them.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

SHORTEST: Final = 2
LONGEST: Final = 12
"""So many letters of a word tell it from others; what is typed beyond is not compared."""
TAIL: Final = 8
"""So many last digits tell a number from others, however its beginning was written."""
SHORTEST_TAIL: Final = 4

_DENSE: Final = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Han, kana and Hangul: names are written without spaces there."""
_KANA: Final = re.compile("[\u3040-\u30ff]")
_ALIKE: Final = str.maketrans(
    {
        **dict(zip("đøłıةى髙﨑邊邉齋齊斎澤櫻廣濱嶋", "doliهي高崎辺辺斉斉斉沢桜広浜島", strict=True)),  # noqa: RUF001 - letters
        **{chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)},
        **dict.fromkeys("'\u2018\u2019\u02bc\u0060\u00b4\u0640", ""),
    }
)
"""Letters that have no accent to take off, old forms of characters, katakana; apostrophes are left out."""
_WORD: Final = re.compile(r"[^\W_]+")
_ARTICLE: Final = "ال"
_LEAST_BEHIND: Final = 3


def name_parts(name: str) -> frozenset[str]:
    """Return what a name is found by."""
    dense, words = _split(name)
    return frozenset((*dense, *_twos(dense), *(part for word in words for part in _beginnings(word))))


def asked_parts(words: str) -> frozenset[str]:
    """Return what a name must have to be found by these words; nothing where they hold no letter."""
    parts: set[str] = set()
    for one in words.split():
        dense, spaced = _split(one)
        parts.update(_twos(dense) if len(dense) > 1 else dense)
        parts.update(word[:LONGEST] for word in spaced)
    return frozenset(parts)


def number_parts(address: str) -> frozenset[str]:
    """Return what a telephone number is found by: its last digits. Nothing for an address that is none."""
    digits = digits_in(address)
    if len(digits) < TAIL or not address.removeprefix("+").isdecimal():
        return frozenset()
    return frozenset(digits[-length:] for length in range(SHORTEST_TAIL, TAIL + 1))


def digits_in(text: str) -> str:
    """Return the digits of a text, in ASCII whatever script they were typed in."""
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdecimal())


def folded(text: str) -> str:
    """Return a text without what does not matter when names are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(char if _KANA.match(char) else _without_marks(char) for char in plain)
    return unicodedata.normalize("NFC", bare.translate(_ALIKE))


def _without_marks(char: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", char) if not unicodedata.combining(one))


def _split(text: str) -> tuple[list[str], list[str]]:
    """Return the characters of scripts without spaces, in their order, and the words of the others."""
    plain = folded(text)
    return _DENSE.findall(plain), _WORD.findall(_DENSE.sub(" ", plain))


def _twos(dense: list[str]) -> list[str]:
    return [one + other for one, other in pairwise(dense)]


def _beginnings(word: str) -> Iterator[str]:
    yield from (word[:length] for length in range(min(SHORTEST, len(word)), min(LONGEST, len(word)) + 1))
    behind = word.removeprefix(_ARTICLE)
    if behind != word and len(behind) >= _LEAST_BEHIND:
        yield from _beginnings(behind)
