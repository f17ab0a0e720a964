"""The start page in the terminal."""

import asyncio

import pytest
from rich.cells import cell_len

from bot.demo import demo_settings
from bot.foundation import foundation
from bot.speech import speech_of
from bot.tidings import announce


async def printed(folder, capsys, language, **settings):
    ready = asyncio.Event()
    ready.set()
    async with foundation(demo_settings(settings, folder)) as base:
        await announce(base, "http://127.0.0.1:8000/console/enter/x", ready, speech_of({"LANG": language}))
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "words"), [("en_US", "Yorisoi is running."), ("ja_JP", "Yorisoiが起動しました。")]
)
async def test_the_start_page_speaks_the_language_of_the_environment(tmp_path, capsys, language, words):
    assert words in await printed(tmp_path, capsys, language)


@pytest.mark.parametrize("language", ["en_US", "ja_JP"])
async def test_the_addresses_stand_below_each_other_in_every_script(tmp_path, capsys, language):
    lines = (await printed(tmp_path, capsys, language)).splitlines()

    starts = {cell_len(line[: line.index("http://")]) for line in lines if "http://" in line}

    assert len(starts) == 1


async def test_a_connected_bot_is_said_to_be_connected(tmp_path, capsys):
    token = "123456:" + "A" * 35

    told = await printed(tmp_path, capsys, "en_US", YORISOI_TELEGRAM_BOT_TOKEN=token)

    assert "connected: open your bot" in told
