"""The command `yorisoi invite`."""

import json
from typing import Annotated

import typer

from bot import desk_commands
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json
from bot.foundation import Foundation
from bot.houses import ways_of
from bot.lines import connect


def invite(
    is_open: Annotated[bool, typer.Option("--open", help=SPEECH.say("cli.option.open"))] = False,
    as_json: Json = False,
) -> None:
    """Make an invitation: a link for one new patient, or an open one."""

    async def make(base: Foundation) -> None:
        lines = await connect(base)
        try:
            made = await desk_commands.invite(base, ways_of(base, lines), is_open=is_open)
        finally:
            await lines.close()
        typer.echo(
            json.dumps(made) if as_json else "\n".join(f"{way['channel']}: {way['url']}" for way in made)
        )

    work(read(), make, level="WARNING")
