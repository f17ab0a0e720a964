"""What `make run` prints once it answers: the chat, the console, how to connect a Telegram bot."""

import asyncio

from rich.cells import cell_len
from rich.console import Console

from bot.foundation import Foundation
from bot.speech import Speech

GAP = 4


async def announce(base: Foundation, sign_in_link: str, ready: asyncio.Event, speech: Speech) -> None:
    """Print the three ways in, as soon as requests are answered."""
    await ready.wait()
    say, address = speech.say, base.settings.public_url.rstrip("/")
    telegram = "cli.telegram.connected" if base.settings.has_telegram else "cli.telegram.connect"
    names = [say(f"cli.way.{way}") for way in ("chat", "console", "telegram")]
    width = max(map(cell_len, names)) + GAP
    chat, office, bot = (name + " " * (width - cell_len(name)) for name in names)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]{say('cli.running')}[/bold] {say('cli.no_real_data')}\n")
    console.print(f"  {chat}[link]{address}/chat/[/link]")
    console.print(f"  {office}[link]{sign_in_link}[/link]")
    console.print(f"  {' ' * width}{say('cli.once')}", markup=False)
    console.print(f"  {bot}{say(telegram)}\n", markup=False)
    console.print(f"  {say('cli.how_to_stop')}", markup=False)
