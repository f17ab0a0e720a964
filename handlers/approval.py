"""In production nothing clinical goes out that the clinic's doctor has not signed in that language.

The one exception is help: where a card may not be shown, one line with the emergency number is said in
its place. It stands in the product, names no symptom and no clinic, and needs nobody's signature.
"""

from collections.abc import Mapping
from typing import Final

from handlers.core.case import Case
from handlers.core.messages import Phrase, Say
from handlers.core.signing import is_clinical
from handlers.wording import language_of
from handlers.world import World

NEEDED_WORDS: Final = ("clinic_emergency_phone", "crisis_line", "hosting_country")
"""The clinic's own words without which a consent or a card would have a hole."""

EMERGENCY_LINE: Final = Phrase("talk.emergency_line")
_GAPS: Final = frozenset({"", "-", "\N{EN DASH}"})


def is_approved(case: Case, world: World) -> bool:
    """Say whether clinical texts may go to this patient, in the language that we speak with them."""
    if not world.needs_signature:
        return True
    return language_of(case, world) in world.signed and not missing_words(case, world)


def missing_words(case: Case, world: World) -> tuple[str, ...]:
    """Return the names of the needed words that are empty."""
    return missing_texts(case.clinic.texts, world.protocol.texts)


def missing_texts(own: Mapping[str, str], usual: Mapping[str, str]) -> tuple[str, ...]:
    """Return the needed words that neither the clinic nor its pack says."""
    return tuple(n for n in NEEDED_WORDS if (own.get(n, "").strip() or usual.get(n, "")).strip() in _GAPS)


def has_clinical(say: Say) -> bool:
    """Say whether a message says anything that a doctor signs."""
    labels = [choice.label for choice in (*say.choices, *say.keys)]
    return any(_is_clinical(phrase) for phrase in (*say.texts, *labels))


def _is_clinical(phrase: Phrase) -> bool:
    inner = (value for value in phrase.values.values() if isinstance(value, Phrase))
    return is_clinical(phrase.key) or any(_is_clinical(value) for value in inner)
