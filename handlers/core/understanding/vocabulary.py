"""Matching free text against a built-in list, such as the world's countries."""

from collections.abc import Iterable, Mapping

from handlers.core.understanding.folding import bare, bare_known, fold, within_one
from handlers.core.understanding.outcome import Likely, Understood
from handlers.core.values import Coding

LONGEST_NAME = 80
SHORTEST_MISTYPED = 5
SHORTEST_START = 4


def match_vocabulary(text: str, vocabulary: Mapping[str, str]) -> Understood | Likely | None:
    """Return the entry of `vocabulary` (spelling, lower-case → code) that `text` names, or None.

    One slip in a name of five letters or more is forgiven when only one code fits; the unique start
    of a name is a guess. The coding's display is the spelling that was matched.
    """
    if len(text) > LONGEST_NAME:
        return None
    heard = fold(text)
    if not heard:
        return None
    exact = _exact(heard, vocabulary)
    if exact:
        return Understood((_coding(exact, vocabulary),))
    slip = _only_code((s for s in vocabulary if _is_slip(bare(heard), s)), vocabulary)
    if slip:
        return Understood((_coding(slip, vocabulary),))
    start = _only_code((s for s in vocabulary if _starts(s, heard)), vocabulary)
    return Likely((_coding(start, vocabulary),)) if start else None


def _exact(heard: str, vocabulary: Mapping[str, str]) -> str | None:
    if heard in vocabulary:
        return heard
    without = heard.removeprefix("the ")
    keys = {heard, bare(heard), without}
    return _only_code((s for s in vocabulary if _key(s, len(heard)) in keys), vocabulary)


def _key(spelling: str, length: int) -> str:
    # Folding costs; spellings of a far other length cannot be equal.
    return bare_known(spelling) if abs(len(spelling) - length) <= 4 and not spelling.isascii() else spelling  # noqa: PLR2004


def _is_slip(heard: str, spelling: str) -> bool:
    if abs(len(spelling) - len(heard)) > 1 or len(spelling) < SHORTEST_MISTYPED:
        return False
    return within_one(heard, spelling if spelling.isascii() else bare_known(spelling))


def _starts(spelling: str, heard: str) -> bool:
    return len(heard) >= SHORTEST_START and spelling.startswith(heard)


def _only_code(spellings: Iterable[str], vocabulary: Mapping[str, str]) -> str | None:
    found = list(spellings)
    return found[0] if len({vocabulary[spelling] for spelling in found}) == 1 else None


def _coding(spelling: str, vocabulary: Mapping[str, str]) -> Coding:
    return Coding(vocabulary[spelling], "", spelling.title())
