"""Which command a whole message means: MENU, back, とばす, "change 7"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from handlers.core.turn import Words
from handlers.core.understanding.folding import (
    bare,
    bare_known,
    fold,
    fold_known,
    is_alphabetic,
    plain,
    within_one,
)

LONGEST_COMMAND = 60
"""Characters; a longer message is an answer, not a command."""
SHORTEST_MISTYPED = 5
"""Letters a command needs before one slip is forgiven."""

MOST_FILLERS = 3

_NUMBER = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of all commands, ready to be looked up: as folded, without accents, the long ones.

    `long` maps a first letter to words of at least `SHORTEST_MISTYPED` letters with their commands.
    """

    exact: Mapping[str, str]
    unaccented: Mapping[str, frozenset[str]]
    long: Mapping[str, tuple[tuple[str, str], ...]]


def command_in(text: str, words: Words) -> str | None:
    """Return the name of the command that the whole message means, or None."""
    if len(text) > LONGEST_COMMAND:
        return None
    heard = _heard(text)
    if not heard:
        return None
    lexicon = _lexicon(tuple(words.commands.items()))
    key = bare(heard)
    return (
        lexicon.exact.get(heard) or _only(lexicon.unaccented.get(key, frozenset())) or _mistyped(key, lexicon)
    )


def change_number(text: str, words: Words) -> int | None:
    """Return 7 for "change 7" or 「7を変更」: which answer to change; None for anything else."""
    if len(text) > LONGEST_COMMAND:
        return None
    heard = fold(text)
    numbers = _NUMBER.findall(heard)
    if len(numbers) != 1:
        return None
    rest = _without_fillers(_NUMBER.sub(" ", heard), words)
    return int(numbers[0]) if command_in(rest, words) == "change" else None


def means(heard: str, command: str, words: Words) -> bool:
    """Say whether a folded text is exactly one of the words of `command`."""
    return any(heard == fold_known(word) for word in words.commands.get(command, ()))


def _heard(text: str) -> str:
    # Telegram writes commands as /stop or /stop@OurBot; a lone "?" folds to nothing.
    heard = fold(text) or plain(text)
    return heard[1:].partition("@")[0] if heard.startswith("/") else heard


def _only(names: frozenset[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None


def _mistyped(heard: str, lexicon: Lexicon) -> str | None:
    # The first letter must stand: "water" is an answer and no slip for "later".
    candidates = lexicon.long.get(heard[:1], ())
    return _only(frozenset(name for word, name in candidates if within_one(heard, word)))


@lru_cache(maxsize=64)
def _lexicon(commands: tuple[tuple[str, tuple[str, ...]], ...]) -> Lexicon:
    pairs = [(word, name) for name, known in commands for word in known]
    unaccented: dict[str, frozenset[str]] = {}
    long: dict[str, tuple[tuple[str, str], ...]] = {}
    for word, name in pairs:
        key = bare_known(word)
        unaccented[key] = unaccented.get(key, frozenset()) | {name}
        # One other ideograph or syllable makes another word (分かりました, 分かりません).
        if len(key) >= SHORTEST_MISTYPED and is_alphabetic(key):
            long[key[0]] = (*long.get(key[0], ()), (key, name))
    return Lexicon({fold_known(word): name for word, name in reversed(pairs)}, unaccented, long)


def _without_fillers(text: str, words: Words) -> str:
    known = {fold_known(word) for word in words.marks.get("number", ())} | {"を", "の"}
    parts = (part.strip(".:#") for part in text.replace("#", " ").split())
    kept = [part for part in parts if part and part not in known]
    joined = " ".join(kept)
    touching = sorted((word for word in known if not word.isascii()), key=len, reverse=True)
    for filler in touching * MOST_FILLERS:
        joined = joined.removeprefix(filler).removesuffix(filler).strip()
    return joined
