"""The medical director's signature under a pack's texts: one per language, void after any edit."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

FORM: Final = 1
"""The canonical form's number: another one voids every signature."""

_CLINICAL: Final = ("cards.", "consent.", "faq.")


class Standing(StrEnum):
    """How a language stands. Void: signed once, but something has been edited since."""

    SIGNED = "signed"
    VOID = "void"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a language's texts on which day (ISO 8601), and the hash of what they read."""

    language: str
    name: str
    date: str
    sha256: str


def is_clinical(key: str) -> bool:
    """Say whether a text is one that a doctor signs: a question, a card, a consent, an answer."""
    return "/" in key or "#" in key or key.startswith(_CLINICAL)


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of JSON-like content in a canonical form: NFC, sorted keys, no spaces."""
    text = json.dumps(
        {"form": FORM, **content}, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def standing(signatures: Sequence[Signature], language: str, found: str) -> Standing:
    """Return how `language` stands whose content has the hash `found`."""
    own = [signature for signature in signatures if signature.language == language]
    if not own:
        return Standing.UNSIGNED
    return Standing.SIGNED if own[-1].sha256 == found else Standing.VOID
