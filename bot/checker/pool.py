"""Asks a few warm children about files; each looks into a few dozen and is then replaced."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from bot.checker.helper import Helper, Late, Lost
from handlers.core.inspection import Finding, Inspection, read_inspection

log = structlog.get_logger(__name__)
_SIDE_BY_SIDE: Final = 2
_REPLACED_AFTER: Final = 50
_SECONDS: Final = 30.0
_COMPUTING: Final = 20


class Checker:
    """Implements handlers.ports.Inspector. A child that dies is an answer, too: nothing here dies with it."""

    def __init__(self, *, seconds: float = _SECONDS, replaced_after: int = _REPLACED_AFTER) -> None:
        """Start nothing yet; the first file does."""
        self._turns = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._free: list[Helper] = []
        self._seconds = seconds
        self._replaced_after = replaced_after
        self._told_limits = False

    async def inspect(self, sealed: Path, identity: str, names: Sequence[str] = ()) -> Inspection:
        """Return what a sealed file is; `names` are those its patient goes by."""
        question = {"do": "inspect", "identity": identity, "names": list(names)}
        try:
            raw, _ = await self._ask(sealed, question)
            return read_inspection(raw)
        except Late:
            # The machine may be busy: what computes too long is ended by its own limit, and dies.
            return Inspection(Finding.UNCHECKED, "time")
        except Lost as lost:
            return Inspection(Finding.TOO_HEAVY, str(lost))
        except (ValueError, OSError) as error:
            log.warning("a file was not looked into", fault=type(error).__name__)
            return Inspection(Finding.UNCHECKED)

    async def preview(self, sealed: Path, identity: str) -> bytes | None:
        """Return a JPEG of what a sealed file looks like, or None if there is no picture of it."""
        try:
            _, picture = await self._ask(sealed, {"do": "preview", "identity": identity, "names": []})
        except (Lost, OSError, ValueError):
            return None
        return picture or None

    def close(self) -> None:
        """End the children."""
        while self._free:
            self._free.pop().end()

    async def _ask(self, sealed: Path, question: dict[str, Any]) -> tuple[bytes, bytes]:
        async with self._turns:
            work = asyncio.to_thread(self._asked, sealed, question | {"seconds": _COMPUTING})
            return await asyncio.shield(work)

    def _asked(self, sealed: Path, question: dict[str, Any]) -> tuple[bytes, bytes]:
        helper = self._helper()
        handle = os.open(sealed, os.O_RDONLY)
        try:
            told = helper.ask(handle, question, self._seconds)
        except BaseException:
            helper.end()
            raise
        finally:
            os.close(handle)
        if helper.asked < self._replaced_after and b'"too-heavy"' not in told[0]:
            self._free.append(helper)
        else:
            helper.end()
        return told

    def _helper(self) -> Helper:
        while self._free:
            helper = self._free.pop()
            if helper.is_alive:
                return helper
            helper.end()
        helper = Helper()
        if not self._told_limits:
            self._told_limits = True
            log.info("files are looked into in a child process", kept=helper.kept)
        return helper
