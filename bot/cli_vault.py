"""The commands about what is kept and what must go: keys, erasing, backups, retention."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from bot import desk_commands
from bot.demo import DEFAULT_CLINIC
from bot.foundation import Foundation, tombstones_of
from bot.running import SPEECH, read, work
from storage.erasure.erasing import Erasing
from storage.rotation import Rotation

vault_app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help=SPEECH.say("cli.option.json"))]


@vault_app.command("rotate-keys", help=SPEECH.say("cli.help.rotate_keys"))
def rotate_keys(as_json: Json = False) -> None:
    """Bring everything under the first master key of the file; the others open nothing afterwards.

    It may run beside a server and be killed at any point: run it again and it goes on.
    """

    async def rotate(base: Foundation) -> None:
        done = await Rotation(base.stores.database, base.stores.vault, base.stores.clinics).run()
        await desk_commands.note(base, "cli.rotate-keys")
        said = SPEECH.say("cli.rotated", clinics=str(done.clinics), patients=str(done.patients))
        typer.echo(json.dumps(asdict(done)) if as_json else said)

    work(read(), rotate, level="WARNING")


@vault_app.command(help=SPEECH.say("cli.help.erase"))
def erase(
    code: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.case"))],
    yes: Annotated[bool, typer.Option("--yes", help=SPEECH.say("cli.option.yes"))] = False,
    as_json: Json = False,
) -> None:
    """Erase a patient for good: key, words, files, and whatever waits to be sent."""

    async def act(base: Foundation) -> None:
        patient = await desk_commands.find(base, code)
        if not yes:
            typer.confirm(SPEECH.say("cli.erase.sure", code=code), abort=True)
        erasing = Erasing(base.stores, tombstones_of(base.settings))
        await erasing.erase(
            DEFAULT_CLINIC, patient, by=desk_commands.BY, reason="asked", now=base.clock.now()
        )
        typer.echo(json.dumps({"erased": patient}) if as_json else SPEECH.say("cli.erased", code=code))

    work(read(), act, level="WARNING")
