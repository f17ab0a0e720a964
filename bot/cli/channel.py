"""The command group `yorisoi channel`: a clinic's accounts at the messaging services."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import channel_commands
from bot.channel_commands import Place
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json, group_app
from bot.clinics import MAIN
from bot.demo import make_clinic
from bot.foundation import Foundation
from handlers.core.values import ChannelKind, ClinicId

channel = group_app("channel")


class Service(StrEnum):
    """A service that a clinic can have an account at."""

    TELEGRAM = ChannelKind.TELEGRAM.value
    WHATSAPP = ChannelKind.WHATSAPP.value


Clinic = Annotated[str, typer.Argument(help=SPEECH.say("cli.option.clinic_name"))]
At = Annotated[Service, typer.Argument(help=SPEECH.say("cli.option.service"))]
Name = Annotated[str, typer.Option(help=SPEECH.say("cli.option.account"))]
Given = Annotated[str, typer.Option("--from", help=SPEECH.say("cli.option.tokens_from"))]


@channel.command("add", help=SPEECH.say("cli.help.channel_add"))
def channel_add(clinic: Clinic, at: At, given: Given, account: Name = MAIN, as_json: Json = False) -> None:
    """Connect an account of a clinic; its tokens are read from a file or from standard input."""
    _put(_place(clinic, at, account), given, is_new=True, as_json=as_json)


@channel.command("rotate", help=SPEECH.say("cli.help.channel_rotate"))
def channel_rotate(clinic: Clinic, at: At, given: Given, account: Name = MAIN, as_json: Json = False) -> None:
    """Give an account new tokens; what the file does not name stays as it is."""
    _put(_place(clinic, at, account), given, is_new=False, as_json=as_json)


@channel.command("remove", help=SPEECH.say("cli.help.channel_remove"))
def channel_remove(clinic: Clinic, at: At, account: Name = MAIN) -> None:
    """Forget an account and its tokens. What waits to be sent there stays until it is too old."""

    async def act(base: Foundation) -> None:
        await channel_commands.remove(base, _place(clinic, at, account))
        typer.echo(SPEECH.say("cli.channel.removed", clinic=clinic, channel=at.value, account=account))

    work(read(), act, level="WARNING", of_all=True)


@channel.command("list", help=SPEECH.say("cli.help.channel_list"))
def channel_list(as_json: Json = False) -> None:
    """List the accounts of all clinics: never their tokens."""

    async def show(base: Foundation) -> None:
        rows = await channel_commands.listed(base)
        typer.echo(json.dumps(rows) if as_json else "\n".join(map(_line, rows)))

    work(read(), show, level="WARNING", reads_only=True, of_all=True)


def _put(place: Place, given: str, *, is_new: bool, as_json: bool) -> None:
    try:
        text = sys.stdin.read() if given == "-" else Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(SPEECH.say("cli.channel.unreadable")) from None

    async def act(base: Foundation) -> None:
        await make_clinic(base)
        values = channel_commands.read_values(place.channel, text)
        row = await channel_commands.put(base, place, values, is_new=is_new)
        said = SPEECH.say("cli.channel.sealed", webhook=row["webhook"])
        typer.echo(json.dumps(row) if as_json else f"{_line(row)}\n{said}")

    work(read(), act, level="WARNING", of_all=True)


def _place(clinic: str, at: Service, account: str) -> Place:
    return Place(ClinicId(clinic), ChannelKind(at.value), account)


def _line(row: dict[str, Any]) -> str:
    values = " ".join(f"{name}={value}" for name, value in row["settings"].items())
    return "  ".join((row["clinic"], row["channel"], row["account"], values)).rstrip()
