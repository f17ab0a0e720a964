"""The commands that the Telegram app lists in its menu, in every language that is switched on."""

from collections.abc import Mapping
from typing import Final

import structlog

from bot.channels.telegram.channel import TelegramChannel
from handlers.errors import SendError
from handlers.ports import Catalog

log = structlog.get_logger(__name__)

COMMANDS: Final = (
    "menu",
    "continue",
    "change",
    "language",
    "person",
    "emergency",
    "privacy",
    "help",
    "stop",
)
"""In the order in which the app lists them."""


async def show_menu(channel: TelegramChannel, words: Mapping[str, Catalog], *, default: str) -> None:
    """Tell Telegram the commands; `words` are texts by language, `default` is for all other people.

    A fault is only noted: every command works without the menu, and the next start tells it again.
    """
    try:
        await channel.show_commands(_listed(words[default]))
        for code, texts in _by_code(words).items():
            await channel.show_commands(_listed(texts), language=code)
    except SendError as error:
        log.warning("telegram did not take the menu", code=error.code)


def _by_code(words: Mapping[str, Catalog]) -> Mapping[str, Catalog]:
    # Telegram knows languages by two letters: zh stands for zh-Hans.
    return {language.partition("-")[0]: texts for language, texts in reversed(tuple(words.items()))}


def _listed(texts: Catalog) -> list[tuple[str, str]]:
    return [(name, texts.text(f"talk.command.{name}")) for name in COMMANDS]
