"""What a look into a file that comes in means for it: kept, refused, or looked into once more later."""

from collections.abc import Sequence
from pathlib import Path

from handlers.core.inspection import NOT_SCANNED, Finding, Inspection
from handlers.errors import FetchLater, FetchRefused, StorageAway
from handlers.ports import Inspector


async def looked_at(inspector: Inspector, names: Sequence[str], sealed: Path, identity: str) -> Inspection:
    """Return what was found in a sealed file that is kept.

    Raise FetchRefused for one that is not, FetchLater where nobody could look, StorageAway without a scanner.
    """
    found = await inspector.inspect(sealed, identity, names)
    if found.detail == NOT_SCANNED:
        raise StorageAway(NOT_SCANNED)
    if found.finding is Finding.UNCHECKED:
        raise FetchLater(found.finding.value)
    if not found.is_kept:
        raise FetchRefused(found.finding.value)
    return found
