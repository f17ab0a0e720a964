"""N invented patients, in batches: the same seed makes the same people."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from bot.demo import DEFAULT_CLINIC
from bot.foundation import Foundation
from bot.seed.dice import Dice
from bot.seed.life import World, life
from bot.settings import Env
from handlers.errors import ConcurrentUpdate, SettingError
from storage.keys import ClinicKey
from storage.seeding import Life, store

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


async def seed(base: Foundation, number: int, chance: int, progress: Callable[[int], None]) -> Counts:
    """Write `number` invented patients; tell `progress` how many there are after each batch.

    Raise SettingError in production, ValueError where these people are there already.
    """
    if base.settings.env is Env.PRODUCTION:
        raise SettingError("YORISOI_ENV=production: invented patients are for demos and tests alone")
    clinic = await base.stores.clinics.get(DEFAULT_CLINIC)
    key = await base.stores.clinics.key(DEFAULT_CLINIC)
    world = World(clinic, base.around.protocol, base.clock.now(), base.around.catalogs.languages())
    dice, counts = Dice(chance), Counts()
    while counts.patients < number:
        some = range(counts.patients, min(counts.patients + BATCH, number))
        lives = [life(dice, world, f"YR-{chance}{one:06d}") for one in some]
        await _store(base, key, lives)
        counts.add(lives)
        progress(counts.patients)
    return counts


async def _store(base: Foundation, key: ClinicKey, lives: list[Life]) -> None:
    try:
        await base.stores.database.write(partial(store, vault=base.stores.vault, clinic=key, lives=lives))
    except ConcurrentUpdate as error:
        raise ValueError("these invented patients are here already: give another --seed") from error
