"""Whether the answers of common questions say what faq.json accounts for, sentence by sentence."""

import re
from collections.abc import Iterator
from typing import Final

from handlers.core.faq import Topic
from handlers.core.limits import LIMITS, utf16_units
from handlers.core.problems import Problem
from handlers.core.protocol import Protocol
from handlers.core.values import ChannelKind
from locales.catalogs import SOURCE_LANGUAGE, Catalogs

MOST_WORDS: Final = 90
FILE: Final = "faq.json"
_END: Final = re.compile(r"(?<=[.?!])\s+")


def problems(protocol: Protocol, catalogs: Catalogs) -> Iterator[Problem]:
    """Yield what is wrong with the texts of the common questions, in every language that is switched on."""
    english = catalogs.get(SOURCE_LANGUAGE)
    for topic in protocol.faq:
        for part in _parts(topic):
            if not english.has(topic.key(part)):
                yield Problem(f"locales/{SOURCE_LANGUAGE}.po", topic.key(part), "this topic has no text")
        if english.has(topic.key("answer")):
            yield from _of_answer(topic, english.template(topic.key("answer")))
        for language in protocol.languages:
            catalog = catalogs.get(language)
            if catalog.has(topic.key("label")):
                yield from _of_label(topic, language, catalog.template(topic.key("label")))


def _parts(topic: Topic) -> tuple[str, ...]:
    return ("label", "question") if topic.card else ("label", "question", "answer")


def _of_answer(topic: Topic, answer: str) -> Iterator[Problem]:
    said = _END.split(answer.strip())
    accounted = {*topic.facts, *topic.plain}
    for sentence in said:
        if sentence not in accounted:
            yield Problem(FILE, topic.id, f"neither a fact with claims nor plain: {sentence}")
    for sentence in accounted.difference(said):
        yield Problem(FILE, topic.id, f"the answer does not say: {sentence}")
    if len(answer.split()) > MOST_WORDS:
        yield Problem(FILE, topic.id, f"an answer of {len(answer.split())} words, {MOST_WORDS} are enough")


def _of_label(topic: Topic, language: str, label: str) -> Iterator[Problem]:
    limit = LIMITS[ChannelKind.WHATSAPP].button_label
    if utf16_units(label) > limit:
        length = utf16_units(label)
        yield Problem(
            f"locales/{language}.po", topic.key("label"), f"a label of {length}, WhatsApp shows {limit}"
        )
