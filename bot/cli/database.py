"""The commands of the whole database: `migrate`, `export`."""

import sys
from typing import Annotated

import typer

from bot.cli.running import read, work
from bot.cli.words import SPEECH, Json
from bot.demo import DEFAULT_CLINIC, make_clinic
from bot.foundation import Foundation
from storage.export import Export


def migrate() -> None:
    """Bring the database up to date; doing it twice is harmless."""
    work(read(), make_clinic)


def export(
    contract: Annotated[bool, typer.Option("--contract", help=SPEECH.say("cli.option.contract"))] = False,
    as_json: Json = False,
) -> None:
    """Export the clinic's data, opened: answers, follow-ups, sends, tasks. Handle it with care."""
    if not (contract and as_json):
        raise typer.BadParameter(SPEECH.say("cli.export.needs"))

    async def write(base: Foundation) -> None:
        stores = base.stores
        async for piece in Export(stores.database, stores.vault, stores.clinics).as_json(DEFAULT_CLINIC):
            sys.stdout.write(piece)
        sys.stdout.write("\n")

    work(read(), write, level="WARNING", reads_only=True)
