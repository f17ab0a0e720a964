"""Reading an answer to a question with options: number, label, code, yes and no, several picks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handlers.core.questionnaire import Item, Option, Questionnaire
from handlers.core.turn import Words
from handlers.core.understanding.commands import command_in, means
from handlers.core.understanding.folding import (
    bare,
    bare_known,
    fold,
    fold_known,
    is_alphabetic,
    plain,
    within_one,
)
from handlers.core.understanding.numbers import place_meant, western, without_marks
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood

LONGEST_CHOICE = 1000
"""Characters; more is a story, not a choice."""
MIXED = "chat.not_understood.exclusive"
"""The miss where an option that stands alone came with another answer."""
SHORTEST_MISTYPED = 4
SHORTEST_START = 3
SHORTEST_START_CJK = 2

CODES_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "yes": ("yes", "y", "true", "la33-6", "373066001"),
        "no": ("no", "n", "false", "la32-8", "373067005"),
        "unsure": ("ns", "unsure", "unknown", "unk", "asked-unknown", "dk"),
        "none": ("none", "na"),
        "more": ("more",),
        "later": ("later",),
        "skip": ("skip",),
    }
)
_STRONG = re.compile(r"\s*[,、;\n·・،؛]+\s*")
_WEAK = re.compile(r"\s*[/&+]\s*")
_RANGE = re.compile(r"(\d{1,2})\s*(?:-|–|~|〜|to|から)\s*(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Menu:
    """The options of one item as they are shown, with every spelling that names them."""

    options: tuple[Option, ...]
    spellings: tuple[frozenset[str], ...]


def menu_of(item: Item, questionnaire: Questionnaire, words: Words, allowed: frozenset[str] | None) -> Menu:
    """Return the options that may be shown; their place in the list is the number a patient types."""
    shown = tuple(o for o in item.options if allowed is None or o.code in allowed)
    return Menu(shown, tuple(_spellings(item, o, questionnaire, words) for o in shown))


def read_choice(item: Item, text: str, menu: Menu, words: Words) -> Outcome:
    """Read one pick, or several where the item repeats."""
    if len(text) > LONGEST_CHOICE or not menu.options:
        return unknown(menu)
    single = pick(text, menu, words)
    if single is not None:
        return single
    several = _several(text, menu, words)
    if several is None:
        return unknown(menu)
    if not item.repeats and len(several.values) > 1:
        return NotUnderstood("chat.not_understood.one_choice", {"last": str(len(menu.options))})
    return refuse_mixed_exclusive(several, menu)


def read_boolean(text: str, words: Words) -> Outcome:
    """Read yes or no; 1 and 2 stand for the two buttons."""
    heard = fold(text[:LONGEST_CHOICE])
    match command_in(text, words) or {"1": "yes", "2": "no", "true": "yes", "false": "no"}.get(heard):
        case "yes":
            return Understood((True,))
        case "no":
            return Understood((False,))
        case _:
            return NotUnderstood("chat.not_understood.boolean")


def pick(text: str, menu: Menu, words: Words) -> Understood | Likely | None:
    """Return the one option that `text` names, or None."""
    heard = fold(text)
    if not heard:
        found = _by_symbol(plain(text), menu, words)
        return _picked(found) if found else None
    option = (
        _by_label(heard, menu)
        or _by_number(heard, menu, words)
        or _by_code(heard, menu)
        or _by_command(heard, menu, words)
        or _by_bare_label(heard, menu)
        or _by_start(heard, menu)
        or _by_number_word(heard, menu, words)
    )
    return _picked(option) if option else _by_slip(heard, menu) or _by_plain_no(heard, menu, words)


def _picked(option: Option) -> Understood:
    return Understood((option.value,))


def _spellings(item: Item, option: Option, questionnaire: Questionnaire, words: Words) -> frozenset[str]:
    key = questionnaire.text_key(item, f"option:{option.code}")
    texts = (
        words.labels.get(key, ""),
        item.translations.get(f"{words.language}#option:{option.code}", ""),
        option.label,
        option.helper,
        words.labels.get(questionnaire.text_key(item, f"helper-option:{option.code}"), "")
        if option.helper
        else "",
        "" if option.label else option.code,
    )
    return frozenset(folded for text in texts if text and (folded := fold_known(text)))


def _only(found: list[Option]) -> Option | None:
    return found[0] if len(found) == 1 else None


def _by_label(heard: str, menu: Menu) -> Option | None:
    pairs = zip(menu.options, menu.spellings, strict=True)
    return next((option for option, known in pairs if heard in known), None)


def _by_number(heard: str, menu: Menu, words: Words) -> Option | None:
    place = place_meant(heard, words)
    return _numbered(place, menu) if place is not None else None


def _by_number_word(heard: str, menu: Menu, words: Words) -> Option | None:
    return _numbered(words.numbers.get(without_marks(heard, words, ("number",)), 0), menu)


def _numbered(number: int, menu: Menu) -> Option | None:
    return menu.options[number - 1] if 1 <= number <= len(menu.options) else None


def _by_code(heard: str, menu: Menu) -> Option | None:
    return _only([option for option in menu.options if fold_known(option.code) == heard])


def _by_symbol(heard: str, menu: Menu, words: Words) -> Option | None:
    return _by_command(heard, menu, words) if heard else None


def _by_command(heard: str, menu: Menu, words: Words) -> Option | None:
    name = command_in(heard, words)
    if name is None or name not in CODES_OF:
        return None
    exclusive = [o for o in menu.options if o.exclusive] if name == "none" else []
    return _only(exclusive) or _same_meaning(name, menu, words)


def _same_meaning(name: str, menu: Menu, words: Words) -> Option | None:
    pairs = list(zip(menu.options, menu.spellings, strict=True))
    coded = [option for option in menu.options if option.code.lower() in CODES_OF[name]]
    labelled = [option for option, known in pairs if any(means(s, name, words) for s in known)]
    starting = [option for option, known in pairs if any(_first_means(s, name, words) for s in known)]
    return _only(labelled) or _only(coded) or _only(starting)


def _first_means(spelling: str, name: str, words: Words) -> bool:
    first = re.split(r"[\s,、،:(]", spelling, maxsplit=1)[0]
    return first != spelling and means(first, name, words)


def _by_bare_label(heard: str, menu: Menu) -> Option | None:
    key = bare(heard)
    pairs = zip(menu.options, menu.spellings, strict=True)
    return _only([option for option, known in pairs if any(bare_known(s) == key for s in known)])


def _by_start(heard: str, menu: Menu) -> Option | None:
    key = bare(heard)
    pairs = zip(menu.options, menu.spellings, strict=True)
    return _only([option for option, known in pairs if any(_starts(bare_known(s), key) for s in known)])


def _starts(spelling: str, key: str) -> bool:
    if not spelling.startswith(key):
        return False
    # "no" must not start "Not sure": a short start has to end with its word.
    if not spelling[len(key) : len(key) + 1].isalpha():
        return True
    return len(key) >= (SHORTEST_START if key.isascii() else SHORTEST_START_CJK)


def _by_slip(heard: str, menu: Menu) -> Understood | Likely | None:
    key = bare(heard)
    pairs = zip(menu.options, menu.spellings, strict=True)
    option = _only([option for option, known in pairs if any(_is_slip(key, bare_known(s)) for s in known)])
    if option is None:
        return None
    # One other ideograph is another word (右手, 左手): such a guess is asked back.
    return _picked(option) if is_alphabetic(key) else Likely((option.value,))


def _is_slip(heard: str, label: str) -> bool:
    if len(label) < SHORTEST_MISTYPED:
        return False
    # Hardly anybody types a label's comma: it is not one of the slips.
    if not (within_one(heard, label) or within_one(heard.replace(",", ""), label.replace(",", ""))):
        return False
    return not _differ_in_digits(heard, label)


def _differ_in_digits(a: str, b: str) -> bool:
    return re.sub(r"\D", "", a) != re.sub(r"\D", "", b)


def _by_plain_no(heard: str, menu: Menu, words: Words) -> Likely | None:
    # "No" to "Do you have any of these?" most likely means the option that excludes all others.
    alone = _only([option for option in menu.options if option.exclusive])
    return Likely((alone.value,)) if alone and command_in(heard, words) == "no" else None


def _several(text: str, menu: Menu, words: Words) -> Understood | Likely | None:
    parts = [part for part in _STRONG.split(text) if part]
    values, sure, index = [], True, 0
    while index < len(parts):
        found = _longest(parts, index, menu, words)
        if found is None:
            return None
        outcome, index = found
        values += [value for value in outcome.values if value not in values]
        sure = sure and isinstance(outcome, Understood)
    if not values:
        return None
    return Understood(tuple(values)) if sure else Likely(tuple(values))


def _longest(
    parts: list[str], start: int, menu: Menu, words: Words
) -> tuple[Understood | Likely, int] | None:
    # A label may hold commas itself ("Husband, wife, partner"): join neighbours first.
    for end in range(min(len(parts), start + 4), start, -1):
        outcome = pick(", ".join(parts[start:end]), menu, words)
        if outcome is not None:
            return outcome, end
    joined = _joined_by_words(parts[start], menu, words)
    return (joined, start + 1) if joined else None


def _joined_by_words(part: str, menu: Menu, words: Words) -> Understood | Likely | None:
    ranged = _RANGE.fullmatch(western(plain(part)))
    if ranged:
        return _range(int(ranged.group(1)), int(ranged.group(2)), menu)
    pieces = _pieces(part, words)
    outcomes = [pick(piece, menu, words) for piece in pieces]
    found = [outcome for outcome in outcomes if outcome is not None]
    if not found or len(found) != len(pieces):
        return None
    values = tuple(dict.fromkeys(value for outcome in found for value in outcome.values))
    return Understood(values) if all(isinstance(o, Understood) for o in found) else Likely(values)


def _pieces(part: str, words: Words) -> list[str]:
    heard = plain(part)
    if re.fullmatch(r"[\d\s.)]+", heard):
        return re.findall(r"\d+", heard)
    ands = sorted((fold_known(word) for word in words.marks.get("and", ())), key=len, reverse=True)
    pattern = "|".join(rf"\b{re.escape(a)}\b" if a.isascii() else re.escape(a) for a in ands)
    split = re.split(pattern, heard) if pattern else [heard]
    pieces = [piece.strip() for chunk in split for piece in _WEAK.split(chunk)]
    return [piece for piece in pieces if piece]


def _range(first: int, last: int, menu: Menu) -> Likely | None:
    if not 1 <= first < last <= len(menu.options):
        return None
    return Likely(tuple(option.value for option in menu.options[first - 1 : last]))


def refuse_mixed_exclusive(outcome: Understood | Likely, menu: Menu) -> Outcome:
    """Return the outcome, or a miss where an option that stands alone came with another answer."""
    alone = {option.value for option in menu.options if option.exclusive}
    if len(outcome.values) > 1 and alone.intersection(outcome.values):
        return NotUnderstood(MIXED)
    return outcome


def unknown(menu: Menu) -> NotUnderstood:
    """Return the miss that names the options' numbers, where there are options."""
    if not menu.options:
        return NotUnderstood("chat.not_understood.any")
    return NotUnderstood("chat.not_understood.choice", {"last": str(len(menu.options))})
