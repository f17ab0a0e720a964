"""Before anything else is done with a database: whoever was erased is erased in it."""

from datetime import datetime

from handlers.errors import SettingError
from storage.erasure.erasing import Erasing
from storage.erasure.tombstones import Tombstones
from storage.stores import Stores


async def erase_again(stores: Stores, tombstones: Tombstones, *, now: datetime, reads_only: bool) -> None:
    """Erase whom an older copy of the database brought back.

    Raise SettingError where that would be needed and nothing may be written.
    """
    erasing = Erasing(stores, tombstones)
    if not reads_only:
        await erasing.replay(now=now)
    elif await erasing.risen():
        raise SettingError(
            "YORISOI_DATABASE_URL: this copy is older than an erasure. Erase again first: yorisoi migrate"
        )
