"""The commands about what stays and what goes: keys, erasing, backups, retention."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from bot import desk_commands
from bot.alone import alone
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json
from bot.foundation import Foundation, master_keys_of, place_of, reserve_of, sqlite_file
from bot.keeping import codes_of, erase as erase_for_good, keep, lines, retention_of, told
from storage.backup.making import Made, make_backup
from storage.backup.noted import Apart, how_far_apart, note_backup
from storage.backup.restoring import Restored, restore_backup
from storage.keys import Vault
from storage.reserve import with_room
from storage.rotation import Rotation


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


def erase(
    code: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.case"))],
    yes: Annotated[bool, typer.Option("--yes", help=SPEECH.say("cli.option.yes"))] = False,
    as_json: Json = False,
) -> None:
    """Erase a patient for good: key, words, files, and whatever waits to be sent."""

    async def act(base: Foundation) -> None:
        patient = await desk_commands.find(base, code)
        codes = await codes_of(base, patient)
        said = ", ".join(codes)
        if not yes:
            typer.confirm(SPEECH.say("cli.erase.sure", code=said), abort=True)
        await erase_for_good(base, patient, by=desk_commands.BY, reason="asked")
        typer.echo(
            json.dumps({"erased": patient, "codes": codes})
            if as_json
            else SPEECH.say("cli.erased", code=said)
        )

    work(read(), act, level="WARNING")


def backup(
    to: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.to"))] = None,
    keys: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.keys"))] = None,
    without_files: Annotated[
        bool, typer.Option("--without-files", help=SPEECH.say("cli.option.without_files"))
    ] = False,
    as_json: Json = False,
) -> None:
    """Back up database and files while everything runs, read it back, and let old ones go.

    With `keys` the wrapped keys go there and nowhere else: neither file opens anything without the other.
    `without_files` is for a bucket whose keeper keeps copies of it: the backup says that it holds none.
    """

    async def act(base: Foundation) -> None:
        now, place = base.now_system(), place_of(base.settings, to, keys)
        place, reserve = replace(place, lacks_files=without_files), reserve_of(base.settings)
        made = await with_room(reserve, lambda: make_backup(place, base.stores.vault, now))
        apart = how_far_apart(place.backups, keys)
        await base.stores.database.write(
            lambda conn: note_backup(
                conn, now, apart, is_restored=made.is_restored, lacks_files=without_files
            )
        )
        await desk_commands.note(base, "cli.backup")
        said = SPEECH.say(
            "cli.backed_up", path=made.path, files=str(made.files), megabytes=f"{made.size / 1e6:.1f}"
        )
        told = asdict(made) | {"verified": made.is_restored}
        typer.echo(json.dumps(told) if as_json else " ".join((said, *_but(made, apart))))
        if not made.is_restored:
            typer.echo(SPEECH.say("cli.backup.not_restored"), err=True)

    work(read(), act, level="WARNING")


def _but(made: Made, apart: Apart) -> Iterator[str]:
    """Say where its keys are, and what the backup does not promise."""
    if made.keys is not None:
        yield SPEECH.say("cli.backup.keys", path=made.keys, destroyed=str(made.destroyed))
    if apart in {Apart.FOLDER, Apart.DEVICE}:
        yield SPEECH.say(f"cli.backup.keys_{apart}")
    if made.lacks_files:
        yield SPEECH.say("cli.backup.without_files")


def restore(
    file: Annotated[Path, typer.Argument(help=SPEECH.say("cli.option.backup"))],
    keys: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.key_store"))] = None,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of what is there, and erase again who was erased since it was made.

    Stop the server first: on SQLite this refuses beside one, PostgreSQL must be given an empty database.
    """
    settings = read()
    back = Restored(files=0, lacks_files=False)

    async def put() -> None:
        nonlocal back
        database = sqlite_file(settings)
        if database is not None:
            database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(database) if database is not None else nullcontext():
            vault = Vault(*master_keys_of(settings))
            back = await restore_backup(place_of(settings), vault, file, keys)

    async def tell(base: Foundation) -> None:
        await desk_commands.note(base, "cli.restore")
        said = SPEECH.say("cli.restored", files=str(back.files))
        lacks = SPEECH.say("cli.restored.without_files") if back.lacks_files else ""
        typer.echo(json.dumps(asdict(back)) if as_json else f"{said} {lacks}".strip())

    work(settings, tell, level="WARNING", before=put)


def retention(as_json: Json = False) -> None:
    """Say what goes when: each class of data, and each patient's record."""

    async def show(base: Foundation) -> None:
        dues = await retention_of(base).plan(base.clinic)
        texts = (await base.stores.clinics.get(base.clinic)).texts
        await desk_commands.note(base, "cli.retention")
        typer.echo(json.dumps(told(dues, texts)) if as_json else "\n".join(lines(dues, texts, SPEECH)))

    work(read(), show, level="WARNING", reads_only=True)


def hold(
    code: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.case"))],
    reason: Annotated[str, typer.Option(help=SPEECH.say("cli.option.reason"))] = "",
    end: Annotated[bool, typer.Option("--end", help=SPEECH.say("cli.option.end"))] = False,
    as_json: Json = False,
) -> None:
    """Let a patient's record stay, whatever its time, or end that."""
    if end == bool(reason.strip()):
        raise typer.BadParameter(SPEECH.say("cli.hold.needs"))

    async def act(base: Foundation) -> None:
        patient = await desk_commands.find(base, code)
        await keep(base, patient, reason.strip())
        said = SPEECH.say("cli.hold.ended" if end else "cli.hold.stands", code=code)
        typer.echo(json.dumps({"patient": patient, "on_hold": not end}) if as_json else said)

    work(read(), act, level="WARNING")
