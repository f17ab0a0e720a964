"""The command `yorisoi plan`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot import plan_command
from bot.cli.words import SPEECH, Json


def plan(
    anchor: Annotated[str, typer.Option(help=SPEECH.say("cli.option.anchor"))] = "",
    zone: Annotated[str, typer.Option(help=SPEECH.say("cli.option.zone"))] = "Asia/Tokyo",
    at: Annotated[str, typer.Option(help=SPEECH.say("cli.option.at"))] = "10:00",
    csv: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.csv"))] = None,
    as_json: Json = False,
) -> None:
    """Print when the check-ins of months 1, 3 and 6 fall due."""
    if not anchor and csv is None:
        raise typer.BadParameter(SPEECH.say("cli.plan.needs"))
    try:
        rows = (
            plan_command.plan_csv(csv.open(encoding="utf-8-sig"))
            if csv
            else plan_command.plan_rows(anchor, zone, at)
        )
    except (ValueError, OSError) as error:
        typer.echo(f"plan: {SPEECH.of(str(error))}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo(SPEECH.say("cli.plan.line", **row))
