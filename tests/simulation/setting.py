"""What all runs share: the pack, the texts, a database with the newest tables, the keys."""

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo import sample_clinic
from bot.settings import Env, Settings
from bot.surroundings import read_surroundings
from storage.blobs import Blobs
from storage.clinics import Clinics
from storage.keys import Vault
from storage.migrations import upgrade
from storage.sqlite import SqliteDatabase
from tests.simulation.loop import START
from tests.simulation.programme.on_call import put_on_call
from tests.simulation.seeded import keys_drawn_by, rows_named_by

HERE = Path(__file__).parent
MONTHS, PROGRAMME = "months", "programme"
PACKS = {MONTHS: HERE / "pack", PROGRAMME: HERE / "programme" / "pack"}
"""The worlds: check-ins alone, and a whole programme with staff on call."""

MASTER_KEY = bytes(range(32))
TEMPLATE = "template.db"


@dataclass(frozen=True)
class Setting:
    """The unchanging part of every run."""

    settings: Settings
    around: object
    blobs: Blobs
    template: Path
    master_key: bytes = MASTER_KEY


@contextmanager
def opened(world=MONTHS):
    """Make a setting; its files are gone at the end."""
    with folder(world) as place:
        yield load(place)


@contextmanager
def folder(world=MONTHS):
    """Make the files of a setting: a database with the newest tables and the sample clinic."""
    with TemporaryDirectory(prefix="yorisoi-simulation-") as name:
        place = Path(name) / world
        (place / "files").mkdir(parents=True)
        settings = _settings(place)
        with rows_named_by(world), keys_drawn_by(world):
            asyncio.run(_make(place / TEMPLATE, read_surroundings(settings, None, None, None)))
        yield place


@cache
def load(place):
    """Return the setting whose files stand in `place`: once in each process that runs seeds."""
    settings = _settings(place)
    around = read_surroundings(settings, None, None, None)
    return Setting(settings, around, Blobs(settings.storage_url), place / TEMPLATE)


def _settings(place):
    url = f"sqlite:///{place / TEMPLATE}"
    return Settings(
        env=Env.TEST,
        database_url=url,
        storage_url=f"file://{place}/files",
        pack=PACKS[place.name],
        telegram_bot_token="1:simulated" if place.name == PROGRAMME else None,
    )


async def _make(template, around):
    database = SqliteDatabase(str(template))
    await upgrade(database)
    vault = Vault(MASTER_KEY)
    clinics = Clinics(database, vault)
    await clinics.create(sample_clinic(around.protocol.id), now=START)
    if template.parent.name == PROGRAMME:
        await put_on_call(database, vault, clinics)
    await database.close()
