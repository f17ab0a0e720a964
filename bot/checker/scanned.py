"""Looking into files, and letting ClamAV look at those that would be kept."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.checker.pool import Checker
from bot.checker.virus import Clamd, Scan
from handlers.core.frozen import replace
from handlers.core.inspection import NOT_SCANNED, Finding, Inspection

_READABLE: Final = frozenset({Finding.FINE, Finding.ACTIVE})


class Scanned:
    """Implements handlers.ports.Inspector: the checker first, then the daemon."""

    def __init__(self, checker: Checker, clamd: Clamd) -> None:
        """Take the two that are asked."""
        self._checker = checker
        self._clamd = clamd

    async def inspect(self, sealed: Path, identity: str, names: Sequence[str] = ()) -> Inspection:
        """Return what a sealed file is; one that could not be scanned is tried again, and never fine."""
        found = await self._checker.inspect(sealed, identity, names)
        if not found.is_kept:
            return found
        match await asyncio.to_thread(self._clamd.scan, sealed, identity):
            case Scan.CLEAN:
                return found
            case Scan.INFECTED:
                return Inspection(Finding.INFECTED, "virus", found.mime)
            case Scan.TOO_LARGE:
                return replace(found, finding=Finding.UNSCANNED) if found.finding in _READABLE else found
            case Scan.NOT_SCANNED:
                return Inspection(Finding.UNCHECKED, NOT_SCANNED, found.mime)

    async def preview(self, sealed: Path, identity: str) -> bytes | None:
        """Return a JPEG of what a sealed file looks like, or None if there is no picture of it."""
        return await self._checker.preview(sealed, identity)
