"""Words that tell of an illness or a treatment: they may stand in no message template of WhatsApp.

A template's text is read by Meta's reviewers and shown on locked screens (channels.md rule 10).
`<language>/health_words.json` lists patterns; a language without a list is looked at with the English one.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

_SOURCE: Final = "en"
_FILE: Final = "health_words.json"


def find(text: str, language: str) -> list[str]:
    """Return the health words in `text`, in the order of the list; the English ones count everywhere."""
    seen = unicodedata.normalize("NFC", text)
    patterns = dict.fromkeys((*_patterns(language), *_patterns(_SOURCE)))
    return [match[0] for pattern in patterns if (match := pattern.search(seen))]


def languages() -> tuple[str, ...]:
    """Return the languages that have a list of their own."""
    return tuple(sorted(path.parent.name for path in _root().glob(f"*/{_FILE}")))


@lru_cache(maxsize=64)
def _patterns(language: str) -> Sequence[re.Pattern[str]]:
    path = _root() / language / _FILE
    if not path.is_file():
        return _patterns(_SOURCE)
    words = json.loads(path.read_text(encoding="utf-8"))["words"]
    return [re.compile(unicodedata.normalize("NFC", word), re.IGNORECASE) for word in words]


def _root() -> Path:
    return Path(str(files("locales")))
