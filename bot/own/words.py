"""Answers in the patient's own language, whatever staff read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.staff_words import StaffWords
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.values import Absent, Answer, FileRef, PartialDate, Value
from locales import date_in_words

_ABSENT: Final[Mapping[Absent, str]] = MappingProxyType(
    {Absent.SKIPPED: "mine.skipped", Absent.UNKNOWN: "mine.unsure", Absent.VOICE: "mine.voice"}
)


class OwnWords(StaffWords):
    """The same labels as staff read, without a word that only the console's languages have."""

    def answer(self, questionnaire: Questionnaire, item: Item, answer: Answer) -> str:
        """Return all values of an answer, joined, or why it has none."""
        if answer.absent is not None:
            return self.catalog.plain(_ABSENT[answer.absent])
        return " · ".join(self.said(questionnaire, item, value) for value in answer.values)

    def said(self, questionnaire: Questionnaire, item: Item, value: Value) -> str:
        """Return one value in words."""
        match value:
            case bool():
                return self.catalog.plain("mine.yes" if value else "mine.no")
            case FileRef():
                return value.name or self.catalog.plain("mine.unnamed")
            case PartialDate():
                written = date_in_words(value, self.catalog.language)
                return f"≈ {written}" if value.about else written
            case _:
                return self._value(questionnaire, item, value)
