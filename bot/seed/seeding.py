"""N invented patients, in batches: the same seed makes the same people."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from bot.foundation import Foundation
from bot.seed.dice import Dice
from bot.seed.life import World, life
from bot.settings import Env
from handlers.errors import ConcurrentUpdate, SettingError
from storage.engine import Database
from storage.keys import ClinicKey, Vault
from storage.seeding import Life, store

Progress = Callable[[int], None]
BATCH: Final = 50
"""So many patients in one commit."""


@dataclass(slots=True)
class Counts:
    """What was written."""

    patients: int = 0
    answers: int = 0
    messages: int = 0

    def add(self, lives: list[Life]) -> None:
        """Count some lives in."""
        self.patients += len(lives)
        self.answers += sum(one.answers for one in lives)
        self.messages += sum(len(one.sent) + len(one.heard) for one in lives)

    def told(self) -> dict[str, int]:
        """Return them by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Seeding:
    """Where invented patients go, and what they are drawn from."""

    database: Database
    vault: Vault
    key: ClinicKey
    world: World

    async def run(self, number: int, chance: int, progress: Progress) -> Counts:
        """Write `number` patients, telling `progress` how many there are after each batch.

        Raise ValueError where these people are there already.
        """
        dice, counts = Dice(chance), Counts()
        while counts.patients < number:
            some = range(counts.patients, min(counts.patients + BATCH, number))
            lives = [life(dice, self.world, f"YR-{chance}{one:06d}") for one in some]
            await self._store(lives)
            counts.add(lives)
            progress(counts.patients)
        return counts

    async def _store(self, lives: list[Life]) -> None:
        try:
            await self.database.write(partial(store, vault=self.vault, clinic=self.key, lives=lives))
        except ConcurrentUpdate as error:
            raise ValueError("these invented patients are here already: give another --seed") from error


async def seed(base: Foundation, number: int, chance: int, progress: Progress) -> Counts:
    """Fill a demo's or a test's database; raise SettingError in production."""
    if base.settings.env is Env.PRODUCTION:
        raise SettingError("YORISOI_ENV=production: invented patients are for demos and tests alone")
    stores, around = base.stores, base.around
    clinic = await stores.clinics.get(base.clinic)
    world = World(clinic, around.protocol, base.clock.now(), around.catalogs.languages())
    seeding = Seeding(stores.database, stores.vault, await stores.clinics.key(base.clinic), world)
    return await seeding.run(number, chance, progress)
