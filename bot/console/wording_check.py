"""What staff are about to write, looked at before it leaves: promises are stopped, the rest is asked about.

A clinic may not write to patients what it may not advertise. The rules are those of the claim checker
(`locales/claims.py`); a word of the clinic's own language is looked for, too, and an English one always.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from locales import claims

STOPS: Final = frozenset(
    {
        *("cure", "stops-disease", "success-rate", "guarantee", "safe", "government", "qualify"),
        *("no-side-effects", "stop-medicine", "flu"),
    }
)
"""Rules that nothing lifts: a promise, a judgement, or what could harm. All others are asked about."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a message, each rule once."""

    stops: tuple[claims.Finding, ...] = ()
    warnings: tuple[claims.Finding, ...] = ()


NOTHING: Final = Look()


def look_at(text: str, languages: Iterable[str]) -> Look:
    """Return the claims in a message, looked for in these languages and in English."""
    found: dict[str, claims.Finding] = {}
    for language in dict.fromkeys((*languages, "en")):
        for finding in claims.find(text, language):
            found.setdefault(finding.rule, finding)
    stops = tuple(one for rule, one in found.items() if rule in STOPS)
    return Look(stops, tuple(one for rule, one in found.items() if rule not in STOPS))
