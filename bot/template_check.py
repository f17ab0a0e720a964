"""Whether WhatsApp would take the pack's templates, and whether they say nothing of anybody's health."""

from collections.abc import Iterator

from bot.channels.whatsapp.templates import faults_of, wanted
from handlers.core.problems import Problem
from handlers.core.protocol import Protocol
from handlers.core.templates import needed, text_key
from locales import Catalogs, health_words


def template_problems(protocol: Protocol, catalogs: Catalogs) -> Iterator[Problem]:
    """Yield what is wrong with the template texts of every language that the pack switches on."""
    kinds = (*needed(links_only=False), *needed(links_only=True))
    for language in protocol.languages:
        for template in wanted(catalogs, (language,), kinds):
            file, key = f"locales/{language}.po", text_key(template.name)
            for fault in faults_of(template):
                yield Problem(file, key, f"a template that WhatsApp refuses: it {fault}")
            said = " ".join((template.name.replace("_", " "), template.text, *template.replies))
            for word in health_words.find(said, language):
                yield Problem(file, key, f'"{word}": no health word may stand in a template')
