"""What is wrong with a pack's texts: missing or stale ones, unknown placeholders, too long for a channel.

Lengths are counted as the strictest channel counts them (UTF-16 units); an inserted value is taken
to be `VALUE_LENGTH` long.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.core.limits import LIMITS, utf16_units
from handlers.core.problems import Problem, Severity
from handlers.core.protocol import Protocol
from handlers.core.questionnaire import Item, Questionnaire
from handlers.core.signing import is_clinical
from handlers.core.values import ChannelKind
from locales import lint_faq, lint_labels
from locales.catalogs import SOURCE_LANGUAGE, Catalogs
from locales.pack_texts import parts_of, said
from locales.po import PLACEHOLDER, placeholders

VALUE_LENGTH = 40
STANDING = frozenset(
    {
        *("clinic_name", "clinic_short", "clinic_phone", "clinic_emergency_phone", "crisis_line"),
        *("hosting_country", "hours", "reply_days", "first_name", "emergency_number", "country"),
        *("channel_privacy_line", "guess_time", "date", "n", "papers"),
    }
)
"""Placeholders that are always filled; a pack adds those in its `texts` and `quotes`."""


def text_problems(protocol: Protocol, catalogs: Catalogs) -> list[Problem]:
    """Return what is wrong with the texts of the pack's questionnaires and its own PO files."""
    lint = _Lint(protocol, catalogs)
    return [
        *lint.of_translations(),
        *lint.of_questionnaires(),
        *lint.of_offers(),
        *lint.of_cards(),
        *lint.of_standing_texts(),
        *lint_faq.problems(protocol, catalogs),
    ]


@dataclass(frozen=True, slots=True)
class _Lint:
    protocol: Protocol
    catalogs: Catalogs

    def of_translations(self) -> Iterator[Problem]:
        for problem in self.catalogs.problems():
            if problem.language in self.protocol.languages and is_clinical(problem.key):
                yield Problem(_file(problem.language), problem.key, f"the text is {problem.reason}")

    def of_questionnaires(self) -> Iterator[Problem]:
        for questionnaire in self.protocol.questionnaires.values():
            for item in questionnaire.walk():
                if item.carried:
                    continue  # nobody reads it: it is asked elsewhere
                yield from self._of_sources(questionnaire, item)
                for language in self.protocol.languages:
                    if language in (item.languages or self.protocol.languages):
                        yield from self._of_item(questionnaire, item, language)

    def of_offers(self) -> Iterator[Problem]:
        """Ask for the names of the parts that are offered: all but the first."""
        for url in self.protocol.intake[1:]:
            key = f"{self.protocol.questionnaires[url].id}#title"
            for language in self.protocol.languages:
                if language != SOURCE_LANGUAGE and not self.catalogs.get(language).has(key):
                    yield Problem(_file(language), key, "is not translated")

    def of_cards(self) -> Iterator[Problem]:
        for name, key in self.protocol.cards.items():
            for language in self.protocol.languages:
                if not self.catalogs.get(language).has(key):
                    yield Problem(_file(language), key, f"the card {name} has no text")
        for key in filter(is_clinical, self.catalogs.all_keys()):
            yield from self._unknown_placeholders(key, self.catalogs.get(SOURCE_LANGUAGE).template(key))

    def of_standing_texts(self) -> Iterator[Problem]:
        """Ask for what fills the placeholder of a channel's privacy line, where the pack uses it."""
        english = self.catalogs.get(SOURCE_LANGUAGE)
        own = (english.template(key) for key in filter(is_clinical, self.catalogs.all_keys()))
        if not any("channel_privacy_line" in placeholders(text) for text in own):
            return
        for key in (f"consent.privacy.{channel.value}" for channel in ChannelKind):
            for language in self.protocol.languages:
                if not self.catalogs.get(language).has(key):
                    yield Problem(_file(language), key, "the privacy line of this channel has no text")

    def _of_sources(self, questionnaire: Questionnaire, item: Item) -> Iterator[Problem]:
        """Compare the file's English texts with the PO files, which win when a patient reads."""
        english = self.catalogs.get(SOURCE_LANGUAGE)
        for part, source in parts_of(item).items():
            key = questionnaire.text_key(item, part)
            if english.has(key) and english.template(key) != source:
                yield Problem(_file(SOURCE_LANGUAGE), key, "differs from the text in the questionnaire")

    def _of_item(self, questionnaire: Questionnaire, item: Item, language: str) -> Iterator[Problem]:
        texts = {
            part: said(self.catalogs.get(language), questionnaire, item, part) for part in parts_of(item)
        }
        for part, text in texts.items():
            if text is None:
                key = questionnaire.text_key(item, part)
                yield Problem(_file(language), key, "is not translated")
        known = {part: text for part, text in texts.items() if text is not None}
        for reason, severity in _too_long(item, known):
            yield Problem(questionnaire.source, item.link_id, f"{reason} ({language})", severity)
        yield from lint_labels.problems(questionnaire, item, self.catalogs.get(language))

    def _unknown_placeholders(self, key: str, text: str) -> Iterator[Problem]:
        own = self.protocol.texts.keys() | self.protocol.quotes.keys()
        for name in sorted(placeholders(text) - STANDING - own):
            yield Problem(_file(SOURCE_LANGUAGE), key, f"nobody fills the placeholder {{{name}}}")


def _too_long(item: Item, texts: Mapping[str, str]) -> Iterator[tuple[str, Severity]]:
    whatsapp, telegram = LIMITS[ChannelKind.WHATSAPP], LIMITS[ChannelKind.TELEGRAM]
    is_buttons = 0 < len(item.options) <= whatsapp.buttons and not item.repeats
    label_limit = whatsapp.button_label if is_buttons else whatsapp.label
    for part, text in texts.items():
        length, kind = _length(text), part.partition(":")[0]
        if kind in {"option", "helper-option"} and length > label_limit:
            yield f"{part}: a label of {length}, WhatsApp shows {label_limit}", Severity.ERROR
        elif kind == "detail" and length > whatsapp.detail:
            yield f"{part}: a line of {length}, WhatsApp shows {whatsapp.detail}", Severity.ERROR
        elif length > telegram.text:
            yield f"{part}: a text of {length}, Telegram takes {telegram.text}", Severity.ERROR
        elif length > whatsapp.text:
            yield f"{part}: a text of {length} becomes several messages on WhatsApp", Severity.WARNING


def _length(text: str) -> int:
    return utf16_units(PLACEHOLDER.sub("x" * VALUE_LENGTH, text))


def _file(language: str) -> str:
    return f"locales/{language}.po"
