"""The pack that a clinic has put in force, as every process and command reads it at its start."""

import asyncio
from pathlib import Path

from bot.present import Present
from bot.surroundings import Reading, read_folder
from storage.engine import Database
from storage.pack_archive import Files, digest_of, written
from storage.packs import OF_SETTINGS, Packs


async def follow(database: Database, present: Present, clinic: str) -> None:
    """Stand on the pack in force; raise PackError where this version of Yorisoi can't use it."""
    seq, reading = await newest(database, present, clinic)
    if reading is not None:
        present.put(present.around.with_pack(reading))
    present.seq = seq


async def newest(database: Database, present: Present, clinic: str) -> tuple[int, Reading | None]:
    """Return the newest use and the pack that it put in force; None where nothing has changed."""
    packs = Packs(database)
    seq, number = await packs.in_force(clinic)
    if seq == present.seq:
        return seq, None
    if number == OF_SETTINGS:
        return seq, present.own
    files = await packs.files(clinic, number)
    return seq, await asyncio.to_thread(lambda: read_folder(unpack(files, present.folder)))


def unpack(files: Files, folder: Path) -> Path:
    """Return where a pack's files lie, written there if nobody has done so yet."""
    place = folder / digest_of(files)
    return place if place.is_dir() else written(files, place)
