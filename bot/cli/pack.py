"""The command `yorisoi check` and the command group `yorisoi pack`."""

from typing import Annotated

import typer

from bot import check_command, pack_commands
from bot.cli.words import SPEECH, Json, group_app
from bot.clock import system_now
from handlers.errors import PackError

pack = group_app("pack")

Pack = Annotated[str, typer.Argument(help=SPEECH.say("cli.option.pack"))]


def check(
    pack: Pack,
    as_json: Json = False,
) -> None:
    """Check a protocol pack: structure, texts, lengths, claims. Exit code 1 when it can't be used."""
    problems = check_command.check(pack)
    typer.echo(check_command.report(problems, as_json=as_json))
    raise typer.Exit(check_command.exit_code(problems))


@pack.command("sign", help=SPEECH.say("cli.help.pack_sign"))
def sign(
    pack: Pack,
    language: Annotated[str, typer.Option(help=SPEECH.say("cli.option.sign_language"))],
    name: Annotated[str, typer.Option(help=SPEECH.say("cli.option.sign_name"))],
    as_json: Json = False,
) -> None:
    """Sign the clinical texts, rules and cards of one language. Exit code 1 when the pack has errors."""
    try:
        signed = pack_commands.sign(pack, language, name, system_now().date())
    except pack_commands.NotSignable as refused:
        typer.echo(check_command.report(refused.problems, as_json=as_json))
        raise typer.Exit(1) from None
    except PackError as error:
        typer.echo(f"pack: {SPEECH.of(str(error))}", err=True)
        raise typer.Exit(1) from None
    typer.echo(pack_commands.report([signed], SPEECH, as_json=as_json))


@pack.command("status", help=SPEECH.say("cli.help.pack_status"))
def status(pack: Pack, as_json: Json = False) -> None:
    """Show which languages are signed. Exit code 1 when one is not."""
    try:
        looks = pack_commands.status(pack)
    except PackError as error:
        typer.echo(f"pack: {SPEECH.of(str(error))}", err=True)
        raise typer.Exit(1) from None
    typer.echo(pack_commands.report(looks, SPEECH, as_json=as_json))
    raise typer.Exit(int(not pack_commands.is_signed(looks)))
