"""The command group `yorisoi clinic`: further clinics of this installation."""

import json
from typing import Annotated

import typer

from bot import clinic_commands
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json, group_app
from bot.clinic_commands import Wanted
from bot.demo import make_clinic
from bot.foundation import Foundation
from bot.staff_door import FIRST

clinic = group_app("clinic")


@clinic.command("add", help=SPEECH.say("cli.help.clinic_add"))
def clinic_add(  # noqa: PLR0917 - one parameter an option
    name: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.clinic_name"))],
    host: Annotated[str, typer.Option(help=SPEECH.say("cli.option.host"))],
    title: Annotated[str, typer.Option(help=SPEECH.say("cli.option.title"))] = "",
    country: Annotated[str, typer.Option(help=SPEECH.say("cli.option.country"))] = "",
    zone: Annotated[str, typer.Option(help=SPEECH.say("cli.option.clinic_zone"))] = "Asia/Tokyo",
    languages: Annotated[str, typer.Option(help=SPEECH.say("cli.option.languages"))] = "",
    pack: Annotated[str, typer.Option(help=SPEECH.say("cli.option.clinic_pack"))] = "",
    administrator: Annotated[str, typer.Option(help=SPEECH.say("cli.option.administrator"))] = FIRST,
    as_json: Json = False,
) -> None:
    """Make a clinic with a key of its own and print its first administrator's one-time link."""
    chosen = tuple(one.strip() for one in languages.split(",") if one.strip())
    wanted = Wanted(name, host, title, country, zone, chosen, pack, administrator)

    async def add(base: Foundation) -> None:
        await make_clinic(base)
        made = await clinic_commands.add(base, wanted)
        said = SPEECH.say("cli.clinic.added", clinic=made["clinic"], url=made["url"])
        typer.echo(json.dumps(made) if as_json else f"{said}\n{made['link']}")

    work(read(), add, level="WARNING", of_all=True)


@clinic.command("list", help=SPEECH.say("cli.help.clinic_list"))
def clinic_list(as_json: Json = False) -> None:
    """List the clinics of this installation."""

    async def show(base: Foundation) -> None:
        rows = await clinic_commands.listed(base)
        lines = "\n".join(map(clinic_commands.line, rows))
        typer.echo(json.dumps(rows, ensure_ascii=False) if as_json else lines)

    work(read(), show, level="WARNING", reads_only=True, of_all=True)
