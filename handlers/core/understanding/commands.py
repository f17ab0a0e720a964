"""Which command a whole message means: MENU, back, とばす, "change 7"."""

import re

from handlers.core.turn import Words
from handlers.core.understanding.folding import bare, fold, fold_known, is_alphabetic, plain, within_one

LONGEST_COMMAND = 60
"""Characters; a longer message is an answer, not a command."""
SHORTEST_MISTYPED = 5
"""Letters a command needs before one slip is forgiven."""

MOST_FILLERS = 3

_NUMBER = re.compile(r"\d{1,3}")


def command_in(text: str, words: Words) -> str | None:
    """Return the name of the command that the whole message means, or None."""
    if len(text) > LONGEST_COMMAND:
        return None
    heard = _heard(text)
    if not heard:
        return None
    return _spelled(heard, words) or _mistyped(bare(heard), words)


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


def _spelled(heard: str, words: Words) -> str | None:
    exact = (name for name in words.commands if means(heard, name, words))
    return next(exact, None) or _unaccented(bare(heard), words)


def _unaccented(heard: str, words: Words) -> str | None:
    names = {
        name for name, known in words.commands.items() if any(heard == bare(fold_known(w)) for w in known)
    }
    return names.pop() if len(names) == 1 else None


def _mistyped(heard: str, words: Words) -> str | None:
    names = {
        name
        for name, known in words.commands.items()
        for word in known
        if _is_slip(heard, bare(fold_known(word)))
    }
    return names.pop() if len(names) == 1 else None


def _is_slip(heard: str, word: str) -> bool:
    # The first letter must stand: "water" is an answer and no slip for "later".
    # One other ideograph or syllable makes another word (分かりました, 分かりません).
    return (
        is_alphabetic(word)
        and len(word) >= SHORTEST_MISTYPED
        and heard[:1] == word[:1]
        and within_one(heard, word)
    )


def _without_fillers(text: str, words: Words) -> str:
    known = {fold_known(word) for word in words.marks.get("number", ())} | {"を", "の"}
    parts = (part.strip(".:#") for part in text.replace("#", " ").split())
    kept = [part for part in parts if part and part not in known]
    joined = " ".join(kept)
    touching = sorted((word for word in known if not word.isascii()), key=len, reverse=True)
    for filler in touching * MOST_FILLERS:
        joined = joined.removeprefix(filler).removesuffix(filler).strip()
    return joined
