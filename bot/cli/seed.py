"""The command that fills a demo's or a test's database: `seed`."""

import json
from typing import Annotated

import typer

from bot import desk_commands
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json
from bot.demo import make_clinic
from bot.foundation import Foundation
from bot.seed.seeding import seed as seeded


def seed(
    number: Annotated[int, typer.Argument(min=1, max=1_000_000, help=SPEECH.say("cli.option.number"))],
    chance: Annotated[int, typer.Option("--seed", min=0, help=SPEECH.say("cli.option.seed"))] = 1,
    as_json: Json = False,
) -> None:
    """Fill a demo's database with invented patients, the same ones for the same --seed."""

    def progress(done: int) -> None:
        said = SPEECH.say("cli.seed.progress", done=str(done), number=str(number))
        typer.echo(f"\r{said}", err=True, nl=done == number)

    async def act(base: Foundation) -> None:
        await make_clinic(base)
        counts = (await seeded(base, number, chance, progress)).told()
        await desk_commands.note(base, "cli.seed")
        said = SPEECH.say("cli.seeded", **{name: str(count) for name, count in counts.items()})
        typer.echo(json.dumps(counts) if as_json else said)

    work(read(), act, level="WARNING")
