"""Words of danger in free text: a word is on one of the clinic's lists or it is not, and nothing is judged.

The lists of every language are looked at in every chat: whoever writes in a chat in English may be in
pain in Japanese, and a mixed sentence is loud by its loudest part. The lists allow it. Their Vietnamese
words all carry marks and their Arabic words their own script, so that neither is found in another
language. Japanese and Chinese share signs, but what both write so (胸痛, 出血, 流血) means the same in
both; the other Japanese words hold kana or forms that are not Chinese. English words stood in every
chat's lists already.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handlers.core.changes import Level

LOUDEST_FIRST: Final = (Level.CRISIS, Level.RED, Level.ORANGE, Level.YELLOW)

_APOSTROPHES: Final = re.compile("[\u2018\u2019\u02bc\u0060\u00b4]")


class DangerWords:
    """The lists of all languages, made ready once for a pack: what a patient said is never kept."""

    def __init__(self, lists: Iterable[Mapping[str, Sequence[str]]]) -> None:
        """Take one list per language: level → words and phrases."""
        every = tuple(lists)
        self._levels = tuple((level, _listed(every, level)) for level in LOUDEST_FIRST)

    def loudest(self, text: str) -> Level | None:
        """Return the loudest level of which a word stands in `text`, or None.

        Case, width and the kind of apostrophe do not matter; of a word in letters that part words by
        spaces, only whole words count.
        """
        if not text:
            return None
        plain = _plain(text)
        for level, listed in self._levels:
            for word, is_parted in listed:
                if word in plain and (not is_parted or _stands_alone(word, plain)):
                    return level
        return None


def _listed(lists: Sequence[Mapping[str, Sequence[str]]], level: Level) -> tuple[tuple[str, bool], ...]:
    """Return the words of one level, each once, and whether only whole words count."""
    words = dict.fromkeys(_plain(word) for words in lists for word in words.get(level, ()))
    return tuple((word, _is_parted(word)) for word in words if word)


def _plain(text: str) -> str:
    """Return text as it is compared: compatibility forms, no case, plain apostrophes, single spaces."""
    folded = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text)).casefold()
    visible = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return " ".join(visible.split())


def _is_parted(word: str) -> bool:
    """Say whether this is in letters with upper and lower case: they part words by spaces, kana do not."""
    return word.upper() != word


def _stands_alone(word: str, plain: str) -> bool:
    """Say whether a word stands somewhere with none of its own letters beside it, as in 今chest painです."""
    start = plain.find(word)
    while start >= 0:
        end = start + len(word)
        if not (_is_parted(plain[max(start - 1, 0) : start]) or _is_parted(plain[end : end + 1])):
            return True
        start = plain.find(word, start + 1)
    return False
