"""What `make run` prints once it answers: the chat, the console, how to connect a Telegram bot."""

import asyncio

from rich.console import Console

from bot.foundation import Foundation

TELEGRAM = "export YORISOI_TELEGRAM_BOT_TOKEN=…   (from @BotFather), then start again"
CONNECTED = "connected: open your bot in Telegram and press Start"


async def announce(base: Foundation, sign_in_link: str, ready: asyncio.Event) -> None:
    """Print the three ways in, as soon as requests are answered."""
    await ready.wait()
    address = base.settings.public_url.rstrip("/")
    telegram = CONNECTED if base.settings.has_telegram else TELEGRAM
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    console.print("[bold]Yorisoi is running.[/bold] Demo: please enter no real health data.")
    console.print()
    console.print(f"  Patient's chat    [link]{address}/chat/[/link]")
    console.print(f"  Console           [link]{sign_in_link}[/link]")
    console.print("                    (signs you in once; start again for a new link)")
    console.print(f"  Telegram          {telegram}", markup=False)
    console.print()
    console.print("  Stop with Ctrl-C. Everything is kept in var/ on this machine.")
