"""Reading numbers: local digits, decimal commas, thousands, number words, kanji numerals."""

import re
from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal

from handlers.core.questionnaire import Item, ItemType
from handlers.core.turn import Words
from handlers.core.understanding.folding import fold_known, spoken
from handlers.core.understanding.outcome import Likely, NotUnderstood, Outcome, Understood

LONGEST_NUMBER = 80
"""Characters; numbers come in short messages."""
MOST_DIGITS = 18

NUMERAL = r"\d(?:[\d.,٫٬]|(?<=\d)[ '](?=\d{3}(?!\d)))*(?<![.,])|(?<!\d)[.,]\d+"
_NUMERAL = re.compile(NUMERAL)
_WHOLE = re.compile(rf"[-−+]?(?:{NUMERAL})")
_THREES = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")
_PLACE = re.compile(r"\(?\s*(\d{1,3})\s*[.):]?")
_KANJI = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "両": 2, "两": 2}
_KANJI_POWERS = {"十": 10, "百": 100, "千": 1000}
_KANJI_RUN = re.compile("[〇零一二三四五六七八九十百千]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A number found in a text. `sure` is false when other words stood around it."""

    value: Decimal
    sure: bool = True


def read_number(item: Item, text: str, words: Words) -> Outcome:
    """Read an answer to an integer or decimal item that has no unit."""
    reading = find_number(text, words)
    if reading is None:
        return NotUnderstood(_key(item))
    if item.type is not ItemType.INTEGER:
        return _outcome(reading.value, sure=reading.sure)
    if reading.value == reading.value.to_integral_value():
        return _outcome(int(reading.value), sure=reading.sure)
    return NotUnderstood("chat.not_understood.whole_number")


def find_number(text: str, words: Words) -> Reading | None:
    """Return the one number that `text` speaks of, or None if there is none or more than one."""
    if len(text) > LONGEST_NUMBER:
        return None
    heard = without_marks(western(spoken(text)), words, ("about", "filler", "counter", "number"))
    if _WHOLE.fullmatch(heard):
        value = to_decimal(heard, words.decimal_mark)
        return Reading(value) if value is not None else None
    named = _first_number(words, heard, western(spoken(text)))
    return Reading(Decimal(named)) if named is not None else _number_among_words(heard, words)


def to_decimal(numeral: str, decimal_mark: str) -> Decimal | None:
    """Return the value of a numeral such as 1,234.5 or 70,5; None if its marks make no sense."""
    sign, digits = (-1, numeral[1:]) if numeral[:1] in {"-", "−"} else (1, numeral.lstrip("+"))
    whole, point, rest = _halves(digits.replace("٫", ".").replace("٬", ",").strip(), decimal_mark)
    joined = _ungrouped(whole)
    if joined is None or (point and not rest.isdecimal()) or len(joined) + len(rest) > MOST_DIGITS:
        return None
    return sign * Decimal(f"{joined or '0'}.{rest or '0'}" if point else joined)


def spoken_number(heard: str, words: Words) -> int | None:
    """Return the value of number words ("seventy-two", "twelve"), or None."""
    known = {fold_known(word): value for word, value in words.numbers.items()}
    if heard in known:
        return known[heard]
    parts = [known.get(part) for part in heard.replace("-", " ").split()]
    match parts:
        case [int() as tens, int() as ones] if tens >= 20 and 1 <= ones <= 9:  # noqa: PLR2004 - seventy-two
            return tens + ones
        case _:
            return None


def place_meant(heard: str, words: Words) -> int | None:
    """Return 2 for a folded "2", "2." or "number 2": a place in a list; None for anything else."""
    matched = _PLACE.fullmatch(without_marks(western(heard), words, ("number",)))
    return int(matched.group(1)) if matched else None


def _first_number(words: Words, *texts: str) -> int | None:
    named = (spoken_number(text.strip(" .,!?。"), words) for text in texts)
    return next((number for number in named if number is not None), None)


def western(heard: str) -> str:
    """Return the text with kanji numerals written in digits: 七十歳 becomes 70歳."""
    if heard.isascii():
        return heard
    return _KANJI_RUN.sub(lambda run: str(_kanji_value(run.group())), heard)


def without_marks(heard: str, words: Words, names: tuple[str, ...], kept: Container[str] = ()) -> str:
    """Return the text without words such as about, years or 歳 at its ends; `kept` may stand at its end."""
    known = [fold_known(word) for name in names for word in words.marks.get(name, ())]
    behind = [word for word in known if word not in kept]
    rest = heard.lstrip(" ~≈#(").rstrip(" .,!?。、~)")
    for _ in range(3):
        shorter = _strip_once(rest, known, behind)
        if shorter == rest:
            return rest
        rest = shorter
    return rest


def _strip_once(text: str, before: list[str], behind: list[str]) -> str:
    for word in before:
        if text.startswith(word) and not _runs_on(word[-1:] + text[len(word) : len(word) + 1]):
            return text[len(word) :].removeprefix(".").strip(" :#~")
    for word in behind:
        if text.endswith(word) and not _runs_on(text[-len(word) - 1 : -len(word)] + word[:1]):
            return text[: -len(word)].strip(" :#~")
    return text


def _runs_on(pair: str) -> bool:
    # Latin words end where no letter follows; 約 and 歳 touch their numbers.
    return len(pair) == 2 and pair.isascii() and pair.isalpha()  # noqa: PLR2004 - a pair


def _number_among_words(heard: str, words: Words) -> Reading | None:
    found = _NUMERAL.findall(heard)
    if len(found) != 1:
        return None
    before = heard[: heard.index(found[0])]
    if before.endswith(("-", "−", "/", "^")) or "^" in heard:
        return None
    value = to_decimal(found[0], words.decimal_mark)
    return Reading(value, sure=False) if value is not None else None


def _halves(digits: str, decimal_mark: str) -> tuple[str, str, str]:
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits, "", ""
    whole, mark, rest = digits[:last], digits[last], digits[last + 1 :]
    if _is_grouping(whole, mark, rest, decimal_mark):
        return digits.replace(mark, ","), "", ""
    other = "," if mark == "." else "."
    return (whole.replace(other, ",") if mark not in whole else "x"), mark, rest


def _is_grouping(whole: str, mark: str, rest: str, decimal_mark: str) -> bool:
    if mark in whole:
        return True
    other = "," if mark == "." else "."
    looks_grouped = len(rest) == 3 and whole.isdecimal() and len(whole) <= 3 and whole != "0"  # noqa: PLR2004 - thousands
    return looks_grouped and mark != decimal_mark and other not in whole


def _ungrouped(whole: str) -> str | None:
    joined = whole.replace("'", ",").replace(" ", ",")
    if joined.isdecimal() or not joined:
        return joined
    return joined.replace(",", "") if _THREES.fullmatch(joined) else None


def _kanji_value(run: str) -> int:
    if not any(power in run for power in _KANJI_POWERS):
        return int("".join(str(_KANJI[c]) for c in run))
    total, digit = 0, 0
    for character in run:
        if character in _KANJI_POWERS:
            total += (digit or 1) * _KANJI_POWERS[character]
            digit = 0
        else:
            digit = digit * 10 + _KANJI[character]
    return total + digit


def _key(item: Item) -> str:
    kind = "integer" if item.type is ItemType.INTEGER else "decimal"
    return f"chat.not_understood.{kind}"


def _outcome(value: int | Decimal, *, sure: bool) -> Outcome:
    return Understood((value,)) if sure else Likely((value,))
