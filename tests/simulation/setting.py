"""What all runs share: the pack, the texts, a database with the newest tables, the keys."""

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
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

PACK = Path(__file__).parent / "pack"
MASTER_KEY = bytes(range(32))


@dataclass(frozen=True)
class Setting:
    """The unchanging part of every run."""

    settings: Settings
    around: object
    blobs: Blobs
    template: Path
    master_key: bytes = MASTER_KEY


@contextmanager
def opened():
    """Make a setting; its files are gone at the end."""
    with TemporaryDirectory(prefix="yorisoi-simulation-") as folder:
        place = Path(folder)
        template = place / "template.db"
        settings = Settings(
            env=Env.TEST, database_url=f"sqlite:///{template}", storage_url=f"file://{place}/files", pack=PACK
        )
        around = read_surroundings(settings, None, None, None)
        asyncio.run(_make(template, around))
        (place / "files").mkdir(exist_ok=True)
        yield Setting(settings, around, Blobs(settings.storage_url), template)


async def _make(template, around):
    database = SqliteDatabase(str(template))
    await upgrade(database)
    vault = Vault(MASTER_KEY)
    await Clinics(database, vault).create(sample_clinic(around.protocol.id), now=START)
    await database.close()
