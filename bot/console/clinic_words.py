"""The clinic's own words in messages to patients: which there are, and which are still empty."""

from collections.abc import Mapping
from typing import Final

from handlers.core.protocol import Protocol
from handlers.core.talk import HOURS

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "messages": (
        "clinic_name",
        "clinic_short",
        "clinic_phone",
        "clinic_emergency_phone",
        "crisis_line",
        "crisis_line_JP",
        "hours",
        "reply_days",
        HOURS,
    ),
    "privacy": (
        "clinic_legal_name",
        "clinic_address",
        "privacy_contact",
        "privacy_authority",
        "operator",
        "hosting_country",
        "country_privacy_summary",
    ),
    "keeping": ("months_unfinished", "months_not_treated", "months_after_care"),
}
"""The words that staff may edit, by where they stand. All of them are needed but the hours of a talk."""

NUMBERS: Final = frozenset({"reply_days", HOURS, *PLACES["keeping"]})
"""Those that are whole numbers: they stand before "days" or "months"."""

FIELDS: Final = tuple(name for names in PLACES.values() for name in names)

_GAP: Final = frozenset({"", "\N{EN DASH}"})
"""What a pack says for a word that only the clinic can know."""


def word(name: str, texts: Mapping[str, str], protocol: Protocol) -> str:
    """Return the clinic's word, else the pack's usual one, else nothing."""
    said = texts.get(name, "").strip() or protocol.texts.get(name, "")
    return "" if said in _GAP else said


def still_empty(texts: Mapping[str, str], protocol: Protocol) -> tuple[str, ...]:
    """Return the names of the words that patients would read as a gap."""
    return tuple(name for name in FIELDS if name != HOURS and not word(name, texts, protocol))
