"""The command `yorisoi doctor`."""

import asyncio
from typing import Annotated

import typer

from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json
from bot.doctor.examination import confirm_key, examine, report
from bot.doctor.findings import Level, worst
from bot.logs import set_up_logs


def doctor(
    key_is_backed_up: Annotated[
        bool, typer.Option("--key-is-backed-up", help=SPEECH.say("cli.option.key_is_backed_up"))
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help=SPEECH.say("cli.option.offline"))] = False,
    as_json: Json = False,
) -> None:
    """Look for what is amiss. Exit code 1 when something is red, 0 for notes."""
    settings = read()
    set_up_logs(level="ERROR", secrets=settings.secrets(), human=True)
    if key_is_backed_up:
        work(settings, confirm_key, level="WARNING")
    findings = asyncio.run(examine(settings, offline=offline))
    typer.echo(report(findings, SPEECH, as_json=as_json))
    raise typer.Exit(int(worst(findings) is Level.RED))
