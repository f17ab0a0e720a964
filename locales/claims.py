"""Words that a clinic may not write to patients: promises of cure, success rates, superlatives, testimonials.

`<language>/claims.json` lists patterns by rule, and under `allowed` what is cut out before looking
("there is no cure"). A language without a list of its own is looked at with the English one.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cure": "a promise of cure",
        "stops-disease": "a promise to stop or reverse the disease",
        "success-rate": "a success rate",
        "guarantee": "a guarantee",
        "safe": "safety without its risks",
        "government": "a filed plan is not an approval by the government",
        "superlative": "a superlative (Medical Care Act guideline)",
        "breakthrough": "promotion (Medical Care Act guideline)",
        "pressure": "pressure to decide",
        "flu": "a fever is never a good sign",
        "testimonial": "a testimonial (Medical Care Act guideline)",
        "qualify": "only a doctor decides, after a talk",
        "no-side-effects": "no treatment is without side effects",
        "natural": "promotion: natural says nothing of safety",
        "stop-medicine": "stopping medicine can be dangerous",
        "comparison": "a comparison with other clinics (Medical Care Act guideline)",
        "prediction": "a prediction for this patient",
    }
)
"""Why a rule is there, for the lines of `yorisoi check`."""

_SOURCE: Final = "en"
_FILE: Final = "claims.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim in a text: the rule that it breaks, and the words that break it."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class _Rules:
    patterns: Sequence[tuple[str, re.Pattern[str]]]
    allowed: Sequence[re.Pattern[str]]


def find(text: str, language: str) -> list[Finding]:
    """Return the claims in `text`, each rule once, in the order of the list."""
    return list(_found(text, language))


def find_in_any(text: str) -> list[Finding]:
    """Return the claims in a text of which nobody says in what language it is, each rule once."""
    found: dict[str, Finding] = {}
    for language in languages():
        for finding in _found(text, language):
            found.setdefault(finding.rule, finding)
    return list(found.values())


@lru_cache(maxsize=8192)
def _found(text: str, language: str) -> tuple[Finding, ...]:
    """Return them as they were found: a questionnaire has half of its texts from another one."""
    rules = _rules(language)
    seen = unicodedata.normalize("NFC", text).replace("\u2019", "'")
    for allowed in rules.allowed:
        seen = allowed.sub(lambda found: " " * len(found[0]), seen)
    found: dict[str, Finding] = {}
    for rule, pattern in rules.patterns:
        if rule not in found and (match := pattern.search(seen)):
            found[rule] = Finding(rule, match[0].strip())
    return tuple(found.values())


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that have a list of their own."""
    return tuple(sorted(path.parent.name for path in _root().glob(f"*/{_FILE}")))


@lru_cache(maxsize=64)
def _rules(language: str) -> _Rules:
    path = _root() / language / _FILE
    if not path.is_file():
        return _rules(_SOURCE)
    data = json.loads(path.read_text(encoding="utf-8"))
    patterns = [(rule, _compiled(one)) for rule, listed in data["rules"].items() for one in listed]
    return _Rules(patterns, [_compiled(one) for one in data["allowed"]])


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(unicodedata.normalize("NFC", pattern), re.IGNORECASE)


def _root() -> Path:
    return Path(str(files("locales")))
