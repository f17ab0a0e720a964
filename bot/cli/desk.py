"""The commands about patients: `patients`, `enrol`, `held`."""

import json
from typing import Annotated

import typer

from bot import desk_commands
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json
from bot.foundation import Foundation


def patients(as_json: Json = False) -> None:
    """List the patients by case number."""

    async def show(base: Foundation) -> None:
        rows = await desk_commands.patients(base)
        lines = (f"{row['code']}  {row['stage']:<10}  {row['language']}  {row['zone']}" for row in rows)
        typer.echo(json.dumps(rows) if as_json else "\n".join(lines) or SPEECH.say("cli.no_patients"))

    work(read(), show, level="WARNING", reads_only=True)


def enrol(
    patient: Annotated[str, typer.Option(help=SPEECH.say("cli.option.case"))],
    date: Annotated[str, typer.Option(help=SPEECH.say("cli.option.date"))],
    kind: Annotated[str, typer.Option(help=SPEECH.say("cli.option.kind"))] = "infusion",
    zone: Annotated[str, typer.Option(help=SPEECH.say("cli.option.date_zone"))] = "Asia/Tokyo",
    as_json: Json = False,
) -> None:
    """Enter a treatment date and plan the check-ins that follow."""

    async def enter(base: Foundation) -> None:
        rows = await desk_commands.enrol(base, patient, kind, date, zone)
        lines = (f"{row['step']}  {row['local']}  {row['zone']}" for row in rows)
        typer.echo(json.dumps(rows) if as_json else "\n".join(lines))

    work(read(), enter, level="WARNING")


def held(
    release: Annotated[str, typer.Option(help=SPEECH.say("cli.option.release"))] = "", as_json: Json = False
) -> None:
    """List messages that wait for a person, or release one or all. Exit code 1 when none is held so."""

    async def act(base: Foundation) -> None:
        if release:
            number = await desk_commands.release(base, "" if release == "all" else release)
            told = SPEECH.say("cli.held.released", number=str(number))
            typer.echo(json.dumps({"released": number}) if as_json else told)
            return
        rows = await desk_commands.held(base)
        lines = (f"{row['id']}  {row['patient']}  {row['channel']}  {row['code']}" for row in rows)
        typer.echo(json.dumps(rows) if as_json else "\n".join(lines) or SPEECH.say("cli.held.none"))

    work(read(), act, level="WARNING", reads_only=not release)
