"""Labels that read alike: WhatsApp takes no two in one message, and elsewhere nobody tells them apart."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from handlers.core.problems import Problem, Severity
from handlers.core.questionnaire import Item, Questionnaire
from locales.catalog import Catalog
from locales.pack_texts import said

DOORS: Final = tuple(
    f"chat.button.{name}" for name in ("done", "keep", "skip", "back", "why", "more", "keys", "person")
)
"""The buttons of our own that may stand beside a question's options."""


def problems(questionnaire: Questionnaire, item: Item, catalog: Catalog) -> Iterator[Problem]:
    """Yield options of a question that read alike in a language, and those that read as a button of ours."""
    wordings = list(_wordings(questionnaire, item, catalog))
    doors = {_shown(catalog.template(key)) for key in DOORS if catalog.has(key)}
    found = [(reason, Severity.ERROR) for labels in wordings for reason in _alike(labels)]
    found += [(reason, Severity.WARNING) for labels in wordings for reason in _as_doors(labels, doors)]
    for reason, severity in dict.fromkeys(found):
        yield Problem(questionnaire.source, item.link_id, f"{reason} ({catalog.language})", severity)


def _wordings(questionnaire: Questionnaire, item: Item, catalog: Catalog) -> Iterator[Mapping[str, str]]:
    """Yield {code: label} as the patient reads them and, where that differs, as a helper does."""
    own = {
        option.code: _label(questionnaire, item, catalog, f"option:{option.code}") for option in item.options
    }
    yield own
    named = [option.code for option in item.options if option.helper]
    if named:
        yield own | {code: _label(questionnaire, item, catalog, f"helper-option:{code}") for code in named}


def _label(questionnaire: Questionnaire, item: Item, catalog: Catalog, part: str) -> str:
    return _shown(said(catalog, questionnaire, item, part) or "")


def _alike(labels: Mapping[str, str]) -> Iterator[str]:
    first: dict[str, str] = {}
    for code, label in labels.items():
        if label and label in first:
            yield f"option:{code}: reads as option:{first[label]} does"
        first.setdefault(label, code)


def _as_doors(labels: Mapping[str, str], doors: Collection[str]) -> Iterator[str]:
    for code, label in labels.items():
        if label in doors:
            yield f"option:{code}: reads as a button beside it, which WhatsApp shows with a mark"


def _shown(label: str) -> str:
    return " ".join(label.split())
