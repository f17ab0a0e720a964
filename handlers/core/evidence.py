"""An answer's own words, as they stand beside a flag: verbatim, never interpreted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from handlers.core.case import Response
from handlers.core.rules import by_link_id
from handlers.core.values import Absent, Answer, Coding, FileRef, PartialDate, Quantity, Url, Value

SPOKEN: Final = "console.answers.voice"
UNSURE: Final = "console.answers.unsure"
NOT_IN_LANGUAGE: Final = "console.evidence.not_in_language"
MARKS: Final = frozenset({SPOKEN, UNSURE, NOT_IN_LANGUAGE})
"""What stands for words where there are none: keys of texts, said to staff in their own language.

The last is for a question whose official text does not exist in the patient's language.
"""

_UNSAID: Mapping[Absent | None, str] = MappingProxyType({Absent.VOICE: SPOKEN, Absent.UNKNOWN: UNSURE})


def words_of(response: Response | None, link_ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return (linkId, words) for each linkId; the words are empty where nothing was answered."""
    return words_in(by_link_id(response.answers) if response else {}, link_ids)


def words_in(answers: Mapping[str, Answer], link_ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the same of answers by linkId."""
    return tuple((link_id, words(answers.get(link_id))) for link_id in dict.fromkeys(link_ids))


def words(answer: Answer | None) -> str:
    """Return an answer's values in words: an option's label, typed text as it was typed."""
    if answer is None:
        return ""
    return _UNSAID.get(answer.absent, "") or ", ".join(_word(value) for value in answer.values)


def _word(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Coding():
            return value.display or value.code
        case Quantity():
            return f"{value.value:f} {value.unit}".strip()
        case Decimal():
            return f"{value:f}"
        case PartialDate():
            return f"about {value}" if value.about else str(value)
        case Url():
            return value.value
        case FileRef():
            return value.name or value.mime
        case datetime():
            return value.isoformat(timespec="minutes")
        case str() | int():
            return str(value)
        case other:
            return other.isoformat(timespec="minutes")
