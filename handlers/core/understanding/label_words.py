"""Some words of an option's label, typed in place of the whole: "daughter" for "Son or daughter"."""

import re

from handlers.core.questionnaire import Item, Option, Questionnaire
from handlers.core.turn import Words
from handlers.core.understanding.choices import LONGEST_CHOICE, Menu
from handlers.core.understanding.commands import means
from handlers.core.understanding.folding import (
    bare,
    bare_known,
    fold,
    fold_known,
    is_alphabetic,
    within_one,
)
from handlers.core.understanding.outcome import Likely

SHORTEST_WORD = 3
"""Letters; in a script without spaces one sign may be a word."""
SHORTEST_MISTYPED = 6

_BREAKS = re.compile(r"[\s,/()\u060c;:・、，（）]+")


def guess_by_words(text: str, menu: Menu, words: Words) -> Likely | None:
    """Return the only option in whose label the typed words stand: a guess, to be asked back.

    A label that begins by denying is never guessed: "pain" does not stand for "No pain".
    """
    heard = " ".join(_BREAKS.split(bare(fold(text[:LONGEST_CHOICE]))))
    if len(heard) < (SHORTEST_WORD if is_alphabetic(heard) else 1):
        return None
    pairs = zip(menu.options, menu.spellings, strict=True)
    found = [(option, label) for option, known in pairs if (label := _label_with(heard, known))]
    if len(found) != 1:
        return None
    [(option, label)] = found
    return None if option.exclusive or _denies(label, words) else Likely((option.value,))


def detailed(item: Item, questionnaire: Questionnaire, menu: Menu, words: Words) -> Menu:
    """Return the same options, named by their longer lines: "neurologist" stands for "A brain doctor"."""
    details = (_detail(item, option, questionnaire, words) for option in menu.options)
    return Menu(menu.options, tuple(frozenset(filter(None, texts)) for texts in details))


def _detail(item: Item, option: Option, questionnaire: Questionnaire, words: Words) -> tuple[str, str]:
    told = words.labels.get(questionnaire.text_key(item, f"detail:{option.code}"), "")
    return (fold_known(told) if told else "", fold_known(option.detail) if option.detail else "")


def _label_with(heard: str, spellings: frozenset[str]) -> tuple[str, ...]:
    """Return the words of a spelling in which those heard stand, none where there is no such spelling."""
    labels = (tuple(_BREAKS.split(bare_known(spelling))) for spelling in sorted(spellings))
    return next((label for label in labels if _stands(heard, label)), ())


def _stands(heard: str, label: tuple[str, ...]) -> bool:
    if f" {heard} " in f" {' '.join(label)} ":
        return True
    if len(heard) < SHORTEST_MISTYPED or not is_alphabetic(heard):
        return False
    return any(part[:1] == heard[0] and within_one(heard, part) for part in label)


def _denies(label: tuple[str, ...], words: Words) -> bool:
    return any(means(label[0], name, words) for name in ("no", "none", "unsure"))
