"""The app's list of commands."""

from pathlib import Path

import locales
from bot.channels.telegram.menu import COMMANDS, show_menu
from bot.channels.telegram.parse import COMMANDS as UNDERSTOOD

CATALOGS = locales.Catalogs(Path(locales.__file__).parent)
WORDS = {language: CATALOGS.get(language) for language in ("en", "ja")}


async def test_the_menu_stands_in_every_language_and_for_all_others_in_the_clinics(channel, provider):
    await show_menu(channel, WORDS, default="ja")

    shown = (await provider.bot())["commands"]
    assert set(shown) == {"", "en", "ja"}
    assert shown[""] == shown["ja"]
    assert [each["command"] for each in shown["en"]] == list(COMMANDS)


async def test_a_start_goes_on_where_telegram_does_not_take_the_menu(channel, provider):
    await provider.faults("forbidden", method="setMyCommands")

    await show_menu(channel, WORDS, default="en")

    assert (await provider.bot())["commands"] == {}


def test_every_command_in_the_menu_is_understood():
    assert set(COMMANDS) <= {*UNDERSTOOD, "stop"}
