"""Which of a clinic's patients may be the same person (pure): by name, and by birth date and name."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

from handlers.core.case import Patient
from storage.views.models import Pair

ALIKE: Final = 0.7
"""How alike two names must be, from 0 to 1, when the birth dates agree."""

_MOST_IN_GROUP: Final = 20
"""Bounds the pairs of one group: a hundred patients called the same are no hundred duplicates."""


def similar(patients: Sequence[Patient]) -> tuple[Pair, ...]:
    """Return every pair once: first those with the same birth date and a similar name."""
    born = [pair for pair in _pairs(patients, _birth_date, "birth-date") if _alike(pair)]
    known = {_both(pair) for pair in born}
    named = [pair for pair in _pairs(patients, _folded_name, "name") if _both(pair) not in known]
    return (*born, *named)


def _pairs(patients: Iterable[Patient], key: Callable[[Patient], str], reason: str) -> Iterator[Pair]:
    groups: dict[str, list[Patient]] = defaultdict(list)
    for patient in patients:
        if found := key(patient):
            groups[found].append(patient)
    for group in groups.values():
        for one, other in combinations(group[:_MOST_IN_GROUP], 2):
            yield Pair(one, other, reason)


def _alike(pair: Pair) -> bool:
    one, other = _folded_name(pair.one), _folded_name(pair.other)
    return bool(one and other) and SequenceMatcher(None, one, other).ratio() >= ALIKE


def _both(pair: Pair) -> frozenset[str]:
    return frozenset((pair.one.id, pair.other.id))


def _birth_date(patient: Patient) -> str:
    return patient.birth_date


def _folded_name(patient: Patient) -> str:
    """Return the name's words in order, without case, accents and width: "Sato Yuki" is "yuki satō"."""
    plain = unicodedata.normalize("NFKD", patient.name).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(sorted(letters.split()))
