"""What is wrong with words that staff type for patients: promises, placeholders, nothing at all. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from locales import claims
from locales.catalogs import SOURCE_LANGUAGE
from locales.lint import STANDING
from locales.po import has_stray_brace, placeholders

LONGEST: Final = 8000


class Amiss(StrEnum):
    """Why words are not kept."""

    EMPTY = "empty"
    CLAIM = "claim"
    PLACEHOLDERS = "placeholders"
    UNKNOWN = "unknown"
    """A placeholder that nobody fills."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one language's words are not kept: the words in question, and for a claim what it sounds like."""

    amiss: Amiss
    words: str = ""
    rule: str = ""


def faults(
    words: Mapping[str, str], before: str, excepted: Collection[str], filled: Collection[str]
) -> dict[str, Fault]:
    """Return {language: what is wrong with its words}.

    `before` is the English text as it was, `excepted` are the rules of claims that this text may break,
    `filled` the placeholders that the pack fills itself.
    """
    known = placeholders(before) | STANDING | frozenset(filled)
    found = {
        language: _fault(text, language, words[SOURCE_LANGUAGE], known, excepted)
        for language, text in words.items()
    }
    return {language: fault for language, fault in found.items() if fault is not None}


def _fault(
    text: str, language: str, english: str, known: Collection[str], excepted: Collection[str]
) -> Fault | None:
    if not text:
        return Fault(Amiss.EMPTY)
    claimed = next((one for one in claims.find(text, language) if one.rule not in excepted), None)
    if claimed is not None:
        return Fault(Amiss.CLAIM, claimed.words, claimed.rule)
    unknown = sorted(placeholders(text) - frozenset(known))
    if unknown or has_stray_brace(text):
        return Fault(Amiss.UNKNOWN, f"{{{unknown[0]}}}" if unknown else "{ }")
    differing = sorted(placeholders(text) ^ placeholders(english))
    return Fault(Amiss.PLACEHOLDERS, f"{{{differing[0]}}}") if differing else None
