"""Bringing typed text into one form: cleaned for keeping, folded for comparing."""

import re
import unicodedata
from functools import lru_cache

LONGEST_MARK_RUN = 30
"""Combining marks in a row that are kept: Unicode's Stream-Safe Text Format (UAX 15)."""

FIRST_CJK = 0x2E80
KNOWN = 65536
"""Words and labels of ours that are remembered in their folded form, over all languages."""

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0640]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\u00ad\u20e3\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_CIRCLED = re.compile("[\u2460-\u249b]")
_SPACES = re.compile(r"\s+")
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u209c]")
_HALVES = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75"})
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_LETTERS = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "đ": "d", "أ": "ا", "إ": "ا", "آ": "ا"})
_ALIKE = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"})
"""Arabic letters that are written for one another."""
_ARABIC_PREFIX = re.compile("(?:[وف]?(?:[بك]?ال|لل|[بل])|[وف])(?=..)")
"""Conjunction, preposition and article, which are written with the word they belong to."""
_EDGES = " \t\n.,!?;:\"'()[]{}<>«»“”「」『』。、・…*#_¡¿،؟؛·"


def clean(text: str) -> str:
    """Return `text` fit for keeping: NFC, without controls, overrides of direction and lone surrogates.

    Line ends become newlines; outer white space goes; nothing else is cut, except marks stacked
    more than 30 high.
    """
    if text.isascii():
        return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).strip()
    visible = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _without_towers(visible)).strip()


def plain(text: str) -> str:
    """Return `text` for reading numbers and dates: NFKC, western digits, lower case, single spaces."""
    # NFKC would turn 10⁵ into 105: a raised digit must never become an ordinary one.
    marked = _RAISED.sub("^", _without_towers(text).translate(_HALVES))
    marked = _CIRCLED.sub(r" \g<0> ", marked)
    wide = unicodedata.normalize("NFKC", _UNSEEN.sub("", _CONTROLS.sub(" ", marked)))
    western = "".join(map(_western_digit, wide)) if not wide.isascii() else wide
    return _SPACES.sub(" ", western.casefold().translate(_LETTERS)).strip()


def spoken(text: str) -> str:
    """Return `text` plain and with katakana as hiragana, as numbers and units are looked for."""
    return plain(text).translate(_HIRAGANA)


def fold(text: str) -> str:
    """Return `text` for comparing with words and labels: plain, hiragana, no punctuation around it."""
    return spoken(text).strip(_EDGES)


def is_blank(text: str) -> bool:
    """Say whether nothing can be seen of `text`."""
    return not _UNSEEN.sub("", clean(text)).strip()


@lru_cache(maxsize=KNOWN)
def fold_known(text: str) -> str:
    """Return `fold(text)`, a lone sign as it is; remembered, so never for a patient's words."""
    return fold(text) or plain(text)


def bare(folded: str) -> str:
    """Return a folded text without accents, tone marks and apostrophes, for people who type none."""
    if folded.isascii():
        return folded.replace("'", "")
    apart = _MARKS.sub("", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", apart).replace("'", "").translate(_ALIKE)


def without_prefix(word: str) -> str:
    """Return a bare Arabic word without what is written together with it: "and", "with", "the"."""
    return _ARABIC_PREFIX.sub("", word, count=1) if _ARABIC_PREFIX.match(word) else word


@lru_cache(maxsize=KNOWN)
def bare_known(text: str) -> str:
    """Return `bare(fold_known(text))`, remembered: for words and labels of ours only."""
    return bare(fold_known(text))


def is_alphabetic(folded: str) -> bool:
    """Say whether a text is free of kana, ideographs and the like, where one sign is much."""
    return all(ord(character) < FIRST_CJK for character in folded)


def within_one(typed: str, known: str) -> bool:
    """Say whether one insertion, deletion, replacement or swap of neighbours separates the two."""
    if abs(len(typed) - len(known)) > 1:
        return False
    start = _common_start(typed, known)
    a, b = typed[start:], known[start:]
    if a[1:] == b[1:] or a[1:] == b or a == b[1:]:
        return True
    return len(a) == len(b) and a[:2] == b[1::-1] and a[2:] == b[2:]


def _common_start(a: str, b: str) -> int:
    for index, (left, right) in enumerate(zip(a, b, strict=False)):
        if left != right:
            return index
    return min(len(a), len(b))


def _western_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _without_towers(text: str) -> str:
    # Sorting a run of marks takes quadratic time in `unicodedata`: 100,000 of them would hang.
    if len(text) <= LONGEST_MARK_RUN or text.isascii():
        return text
    classes = list(map(unicodedata.combining, text))
    if sum(map(bool, classes)) <= LONGEST_MARK_RUN:
        return text
    kept, run = [], 0
    for character, mark in zip(text, classes, strict=True):
        run = run + 1 if mark else 0
        if run <= LONGEST_MARK_RUN:
            kept.append(character)
    return "".join(kept)
