"""Our own words on WhatsApp, in every language, from the texts in whatsapp.po."""

from collections.abc import Callable

from bot.channels.whatsapp.render import Words
from handlers.ports import Catalogs


def words_from(catalogs: Catalogs, default: str) -> Callable[[str], Words]:
    """Return what gives the words of a language; one that is unknown gets those of `default`."""

    def words_of(language: str) -> Words:
        known = language if language in catalogs.languages() else default
        catalog = catalogs.get(known)
        return Words(
            choose=catalog.text("whatsapp.choose"),
            doors=catalog.text("whatsapp.doors"),
            typed=catalog.text("whatsapp.typed"),
        )

    return words_of
