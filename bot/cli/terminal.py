"""The command `yorisoi chat`."""

import os
from pathlib import Path

from bot.cli.running import read, work
from bot.cli.words import SPEECH
from bot.demo import demo_settings
from bot.terminal import chat as talk


def chat() -> None:
    """Talk to Yorisoi in this terminal, on a data folder of its own (var/terminal)."""
    settings = read(lambda: demo_settings(os.environ, Path("var/terminal")))
    work(settings, lambda base: talk(base, SPEECH), human=True, level="ERROR")
