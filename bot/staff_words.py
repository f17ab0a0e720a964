"""Questions and answers in the words of staff: labels from the catalogs, the rest as it was given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Final, assert_never

from handlers.core.evidence import MARKS
from handlers.core.questionnaire import Item, ItemType, Questionnaire
from handlers.core.values import Absent, Answer, Coding, FileRef, PartialDate, Quantity, Url, Value
from locales import Catalog, date_in_words
from locales.po import PLACEHOLDER

UNKNOWN = "…"
"""What stands where a text has a place for something that staff's page does not know."""

_DATE = re.compile(r"(about )?(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")

_ABSENT: Final[Mapping[Absent, str]] = MappingProxyType(
    {
        Absent.SKIPPED: "console.answers.skipped",
        Absent.UNKNOWN: "console.answers.unsure",
        Absent.VOICE: "console.answers.voice",
    }
)


@dataclass(frozen=True, slots=True)
class StaffWords:
    """One language's words for questionnaires; `values` fill the clinic's placeholders."""

    catalog: Catalog
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """Return the language's code."""
        return self.catalog.language

    def question(self, questionnaire: Questionnaire, item: Item) -> str:
        """Return the question, or a group's title."""
        return self._text(questionnaire, item, "text", item.text or item.link_id)

    def option(self, questionnaire: Questionnaire, item: Item, code: str) -> str:
        """Return an option's label, or the code where it is none of the item's options."""
        option = item.option(code)
        return self._text(questionnaire, item, f"option:{code}", option.label if option else code)

    def answer(self, questionnaire: Questionnaire, item: Item, answer: Answer) -> str:
        """Return all values of an answer, joined, or why it has none."""
        if answer.absent is not None:
            return self.catalog.plain(_ABSENT[answer.absent])
        shown = (self._value(questionnaire, item, value) for value in answer.values)
        return self.catalog.plain("console.list_separator").join(text for text in shown if text)

    def retold(self, item: Item, said: str) -> str:
        """Return an answer's words as kept beside a flag: the engine's own marks and dates in words."""
        if said in MARKS:
            return self.catalog.plain(said)
        written = _DATE.fullmatch(said) if item.type is ItemType.DATE else None
        if written is None:
            return said
        year, month, day = (int(part) if part else None for part in written.group(2, 3, 4))
        return self._date(PartialDate(year or 1, month, day, about=bool(written[1])))

    def titled(self, key: str, otherwise: str) -> str:
        """Return the text under `key`, or another one where there is none."""
        return self._filled(self.catalog.template(key)) if self.catalog.has(key) else otherwise

    def _text(self, questionnaire: Questionnaire, item: Item, part: str, source: str) -> str:
        key = questionnaire.text_key(item, part)
        if self.catalog.has(key):
            return self._filled(self.catalog.template(key))
        return self._filled(item.translations.get(f"{self.catalog.language}#{part}", source))

    def _filled(self, text: str) -> str:
        return PLACEHOLDER.sub(lambda place: self.values.get(place[1]) or UNKNOWN, text)

    def _value(self, questionnaire: Questionnaire, item: Item, value: Value) -> str:
        match value:
            case bool():
                return self.catalog.plain("console.yes" if value else "console.no")
            case Coding():
                return self._coding(questionnaire, item, value)
            case Quantity():
                return f"{value.value} {value.unit}".strip()
            case PartialDate():
                return self._date(value)
            case Url():
                return value.value
            case FileRef():
                return value.name or self.catalog.plain("console.documents.unnamed")
            case datetime():
                return value.strftime("%Y-%m-%d %H:%M UTC")
            case time():
                return value.strftime("%H:%M")
            case int() | Decimal() | str():
                return str(value)
            case _:
                assert_never(value)

    def _coding(self, questionnaire: Questionnaire, item: Item, value: Coding) -> str:
        option = item.option_of(value)
        if option is None:
            return value.display or value.code
        return self.option(questionnaire, item, option.code)

    def _date(self, value: PartialDate) -> str:
        written = date_in_words(value, self.catalog.language)
        return self.catalog.plain("console.about_date", date=written) if value.about else written
