"""Ready answers in the patient's language, with what they say in the reader's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from locales import Catalog, Catalogs

_AREA: Final = "reply."


@dataclass(frozen=True, slots=True)
class QuickReply:
    """One ready answer: its name, the words for the patient, and the same in the reader's language."""

    name: str
    text: str
    meaning: str


def quick_replies(
    catalogs: Catalogs, language: str, reader: Catalog, texts: Mapping[str, str]
) -> list[QuickReply]:
    """Return the ready answers in a language, in the order of the file that they stand in."""
    spoken, values = catalogs.get(language), {"clinic_short": texts.get("clinic_short", "")}
    return [
        QuickReply(key.removeprefix(_AREA), spoken.plain(key, **values), reader.plain(key, **values))
        for key in catalogs.all_keys()
        if key.startswith(_AREA)
    ]
