"""All texts of a pack in one language: those of its questionnaires, its cards, consents and answers."""

from collections.abc import Iterator, Mapping

from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.signing import is_clinical
from locales.catalog import Catalog
from locales.catalogs import SOURCE_LANGUAGE, Catalogs


def pack_texts(protocol: Protocol, catalogs: Catalogs, language: str) -> dict[str, str]:
    """Return {key: text} of everything clinical that `language` has; what it lacks is left out."""
    catalog = catalogs.get(language)
    own = {key: catalog.template(key) for key in catalogs.all_keys() if is_clinical(key) and catalog.has(key)}
    return {**own, **dict(_of_questionnaires(protocol, catalog))}


def parts_of(item: Item) -> Mapping[str, str]:
    """Return {part: English text} of what an item says, as it stands in the questionnaire."""
    texts = {"text": item.text, "helper": item.helper, "why": item.why, "example": item.example}
    labels = {f"option:{option.code}": option.label for option in item.options}
    details = {f"detail:{option.code}": option.detail for option in item.options}
    to_helpers = {f"helper-option:{option.code}": option.helper for option in item.options}
    to_helpers |= {f"helper-detail:{option.code}": option.helper_detail for option in item.options}
    return {part: text for part, text in {**texts, **labels, **details, **to_helpers}.items() if text}


def said(catalog: Catalog, questionnaire: Questionnaire, item: Item, part: str) -> str | None:
    """Return what a patient reads of an item in the catalog's language, or None if that is English only."""
    key = questionnaire.text_key(item, part)
    if catalog.has(key):
        return catalog.template(key)
    in_file = item.translations.get(f"{catalog.language}#{part}")
    return in_file or (parts_of(item)[part] if catalog.language == SOURCE_LANGUAGE else None)


def _of_questionnaires(protocol: Protocol, catalog: Catalog) -> Iterator[tuple[str, str]]:
    for questionnaire in protocol.questionnaires.values():
        for item in questionnaire.walk():
            for part in parts_of(item):
                text = said(catalog, questionnaire, item, part)
                if text is not None:
                    yield questionnaire.text_key(item, part), text
