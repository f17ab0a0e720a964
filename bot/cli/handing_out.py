"""The commands that hand out what is known: `summary` of one patient, `export` of all."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer

from bot import desk_commands, summary_commands
from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json
from bot.foundation import Foundation
from storage.export import Export


def summary(
    code: Annotated[str, typer.Argument(help=SPEECH.say("cli.option.case"))],
    pdf: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.pdf"))] = None,
    fhir: Annotated[bool, typer.Option("--fhir", help=SPEECH.say("cli.option.fhir"))] = False,
    as_json: Json = False,
) -> None:
    """Show a patient's flags, answers and check-ins, or the clinic's summary. The look is audited."""

    async def show(base: Foundation) -> None:
        if pdf is not None:
            await summary_commands.write_pdf(base, code, pdf)
            return
        if fhir:
            typer.echo(await summary_commands.bundle(base, code))
            return
        found = await desk_commands.summary(base, code)
        typer.echo(json.dumps(found, ensure_ascii=as_json, indent=None if as_json else 2))

    work(read(), show, level="WARNING")


def export(
    contract: Annotated[bool, typer.Option("--contract", help=SPEECH.say("cli.option.contract"))] = False,
    fhir: Annotated[bool, typer.Option("--fhir", help=SPEECH.say("cli.option.fhir"))] = False,
    csv: Annotated[bool, typer.Option("--csv", help=SPEECH.say("cli.option.csv_all"))] = False,
    xlsx: Annotated[Path | None, typer.Option(help=SPEECH.say("cli.option.xlsx"))] = None,
    as_json: Json = False,
) -> None:
    """Export the clinic's data, opened. Handle it with care. It is audited."""
    if sum((contract and as_json, fhir, csv, xlsx is not None)) != 1:
        raise typer.BadParameter(SPEECH.say("cli.export.needs"))

    async def write(base: Foundation) -> None:
        await desk_commands.note(base, "cli.export")
        if xlsx is not None:
            await summary_commands.write_xlsx(base, xlsx)
            return
        async for piece in _pieces(base, fhir=fhir, csv=csv):
            sys.stdout.write(piece)

    work(read(), write, level="WARNING", reads_only=True)


def _pieces(base: Foundation, *, fhir: bool, csv: bool) -> AsyncIterator[str]:
    if fhir:
        return summary_commands.bundles(base)
    return summary_commands.table(base) if csv else _contract(base)


async def _contract(base: Foundation) -> AsyncIterator[str]:
    stores = base.stores
    async for piece in Export(stores.database, stores.vault, stores.clinics).as_json(base.clinic):
        yield piece
    yield "\n"
