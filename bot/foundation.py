"""What everything stands on: clock, database, keys, stores. Opened once, closed once."""

import asyncio
import os
import random
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bot.alone import alone
from bot.checker.pool import Checker
from bot.checker.scanned import Scanned
from bot.checker.virus import Clamd
from bot.clock import FileClock, SystemClock
from bot.counting import counted_stores
from bot.courtesy import Courtesy
from bot.failpoints import Failpoints, read_failpoints
from bot.following import follow
from bot.ids import SystemIds
from bot.meters import Meters
from bot.present import Present
from bot.settings import CLINIC, Env, Settings
from bot.surroundings import Surroundings, read_surroundings
from bot.watch import Watch
from handlers.core.case import Clinic
from handlers.core.values import ClinicId
from handlers.errors import SettingError
from handlers.ports import Clock
from handlers.world import World
from scheduler.clocks import Clocks
from storage.backup.place import Place
from storage.blobs import Blobs
from storage.engine import open_database
from storage.erasure.opening import erase_again
from storage.erasure.tombstones import Tombstones
from storage.findable import fill
from storage.flag_subjects import fill_subjects
from storage.keys import Vault
from storage.master_key import (
    check_master_key,
    decode_master_keys,
    load_master_keys,
    load_or_create_master_keys,
)
from storage.opening import make_ready
from storage.reserve import Reserve
from storage.row_security import OneClinic
from storage.stores import Stores, stores_of

log = structlog.get_logger(__name__)
MASTER_KEY_NAME = "master.key"
SQLITE = "sqlite:///"
FILE = "file://"


@dataclass(frozen=True, slots=True)
class Foundation:
    """The open stores, the clocks and the surroundings of decisions."""

    settings: Settings
    stores: Stores
    clocks: Clocks
    present: Present
    ids: SystemIds
    courtesy: Courtesy
    watch: Watch = field(default_factory=Watch)
    failpoints: Failpoints = field(default_factory=Failpoints)
    meters: Meters = field(default_factory=Meters)
    clinic: ClinicId = CLINIC
    walled: Stores | None = None
    walls: Callable[[ClinicId], Stores] | None = None
    """Gives stores that meet one clinic's rows alone: on PostgreSQL, which can see to that."""
    others: dict[str, "Foundation"] = field(default_factory=dict, repr=False, compare=False)
    """The other clinics that this process knows, each on a foundation of its own."""

    @property
    def own(self) -> Stores:
        """Return the stores of our pages: on PostgreSQL they meet the rows of this clinic alone."""
        return self.walled or self.stores

    def of(self, clinic: str) -> "Foundation":
        """Return what another clinic stands on, or this one; KeyError for one that is not known here."""
        return self if clinic == self.clinic else self.others[clinic]

    @property
    def around(self) -> Surroundings:
        """Return the surroundings as they are now."""
        return self.present.around

    def world(self, clinic: Clinic) -> World:
        """Return the surroundings of a decision made now for a clinic that this process knows."""
        return self.of(clinic.id).present.around.world(clinic)

    @property
    def clock(self) -> Clock:
        """Return business time."""
        return self.clocks.business

    @property
    def now_system(self) -> Callable[[], datetime]:
        """Return the machine's clock."""
        return self.clocks.now_system


@asynccontextmanager
async def foundation(
    settings: Settings, *, migrate: bool = True, reads_only: bool = False, serves: bool = False
) -> AsyncIterator[Foundation]:
    """Open everything, and close it at the end.

    `reads_only` writes nothing, not even at the opening: safe beside a running server on SQLite.
    `serves` is for a process that works: there can be one of them on a SQLite file.
    Raises SettingError with one clear line for a wrong setting, a missing or another master key.
    """
    _make_folders(settings)
    file = sqlite_file(settings)
    with alone(file) if serves and file else nullcontext():
        async with _opened(settings, migrate=migrate, reads_only=reads_only) as base:
            yield base


@asynccontextmanager
async def _opened(settings: Settings, *, migrate: bool, reads_only: bool) -> AsyncIterator[Foundation]:
    watch = Watch()
    clocks = _clocks(settings, watch)
    ids = SystemIds(clocks.now_system)
    around = read_surroundings(settings, clocks.business, clocks.now_system, ids)
    vault = Vault(*master_keys_of(settings))
    database = open_database(settings.database_url)
    checker = Checker()
    inspector = Scanned(checker, Clamd(settings.clamav)) if settings.clamav else checker
    try:
        await make_ready(database, migrate=migrate and not reads_only)
        check = database.read if reads_only else database.write
        await check(lambda conn: check_master_key(conn, vault))
        failpoints = read_failpoints(settings.failpoints)
        meters = Meters()
        blobs = Blobs(settings.storage_url)
        bare = stores_of(database, vault, blobs, inspector)
        await erase_again(bare, tombstones_of(settings), now=clocks.business.now(), reads_only=reads_only)
        if not reads_only:
            await fill(bare)
            await fill_subjects(bare)

        def in_use(stores: Stores) -> Stores:
            return counted_stores(failpoints.in_stores(stores), meters)

        stores = in_use(bare)
        courtesy = Courtesy(clocks.now_system)
        present = Present.of(around)
        base = Foundation(settings, stores, clocks, present, ids, courtesy, watch, failpoints, meters)
        if database.dialect == "postgresql":
            base = _walled(base, lambda one: in_use(stores_of(one, vault, blobs, inspector)))
        with TemporaryDirectory(prefix="yorisoi-packs-") as folder:
            present.folder = Path(folder)
            await follow(database, present, CLINIC)
            yield base
    finally:
        checker.close()
        await database.close()


def _walled(base: Foundation, stores: Callable[[OneClinic], Stores]) -> Foundation:
    def walls(clinic: ClinicId) -> Stores:
        return stores(OneClinic(base.stores.database, clinic))

    return replace(base, walls=walls, walled=walls(base.clinic))


def _clocks(settings: Settings, watch: Watch) -> Clocks:
    file = settings.clock_file
    business = FileClock(file, watch.now, wall=watch.wall) if file else SystemClock(watch.now)
    return Clocks(business, watch.now, asyncio.sleep, random.random)


def _make_folders(settings: Settings) -> None:
    """Make the data folders, readable by their owner only; raise SettingError where that can't be."""
    for name, folder in data_folders(settings).items():
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
            raise SettingError(
                f"YORISOI_{name}: the folder {folder} can't be written. Give this user the right to,"
                " or name another"
            )


def sqlite_file(settings: Settings) -> Path | None:
    """Return the database's file, or None on PostgreSQL."""
    url = settings.database_url
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def files_folder(settings: Settings) -> Path:
    """Return the folder of the files, or the one that stands for it here where they lie in a bucket."""
    url = settings.storage_url
    return Path(url.removeprefix(FILE)) if url.startswith(FILE) else Path("var/files")


def data_folders(settings: Settings) -> dict[str, Path]:
    """Return the data folders by the setting that names each, the database's first."""
    folders = {}
    if (file := sqlite_file(settings)) is not None:
        folders["DATABASE_URL"] = file.parent
    if settings.storage_url.startswith(FILE):
        folders["STORAGE_URL"] = files_folder(settings)
    return folders


def place_of(settings: Settings, backups: Path | None = None, keys: Path | None = None) -> Place:
    """Return what is backed up, and where to: beside the files unless `backups` says otherwise.

    `keys` is where the key stores go, if they are kept apart.
    """
    files, url = files_folder(settings), settings.storage_url
    beside = files.absolute().parent / "backups"
    return Place(settings.database_url, files, backups or beside, keys, "" if url.startswith(FILE) else url)


def reserve_of(settings: Settings) -> Reserve:
    """Return the reserve of the disk where the data lies; none where all of it lies on other machines."""
    return Reserve(next(iter(data_folders(settings).values()), None))


def tombstones_of(settings: Settings) -> Tombstones:
    """Return who was erased here: beside the files, in no copy of the database."""
    return Tombstones(files_folder(settings))


def master_keys_of(settings: Settings, *, may_make: bool = True) -> tuple[bytes, ...]:
    """Return the master key, and behind it those that it is to replace; raise SettingError without one.

    The demo's is made if it `may`.
    """
    if settings.master_key is not None:
        return decode_master_keys(settings.master_key.get_secret_value())
    if settings.master_key_file is not None:
        _warn_of_readers(settings.master_key_file)
        return load_master_keys(settings.master_key_file)
    if settings.env is Env.PRODUCTION:
        raise SettingError(
            "YORISOI_MASTER_KEY_FILE: production needs a master key outside the data folder."
            " Make one with: openssl rand -base64 32"
        )
    path = next(iter(data_folders(settings).values()), Path("var")) / MASTER_KEY_NAME
    _warn_of_readers(path)
    return load_or_create_master_keys(path) if may_make else load_master_keys(path)


def _warn_of_readers(path: Path) -> None:
    """Log a warning if everybody on this machine may read the key's file."""
    with suppress(OSError):
        if path.stat().st_mode & stat.S_IROTH:
            log.warning("master key: everybody on this machine can read its file", mend="chmod 600")
