"""Who was erased, kept apart from the database: an old copy of it, once restored, is told again.

A file of JSON lines beside the patients' files, only ever added to; `yorisoi backup` puts a copy beside the
backups and `restore` never overwrites it. A line holds ids and a time, and a MAC of the clinic's: nobody
can have a patient erased by adding a line.
"""

import asyncio
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from storage.keys import ClinicKey, Vault

NAME: Final = "erased.jsonl"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erased patient: when (UTC, ISO 8601), by whom, and why in one word."""

    clinic: str
    patient: str
    at: str
    by: str
    reason: str
    mac: str = ""


def sealed(vault: Vault, key: ClinicKey, stone: Tombstone) -> Tombstone:
    """Return a tombstone with its MAC."""
    return Tombstone(stone.clinic, stone.patient, stone.at, stone.by, stone.reason, _mac(vault, key, stone))


def is_ours(vault: Vault, key: ClinicKey, stone: Tombstone) -> bool:
    """Say whether a tombstone was written by us."""
    return stone.mac == _mac(vault, key, stone)


def _mac(vault: Vault, key: ClinicKey, stone: Tombstone) -> str:
    told = json.dumps([stone.clinic, stone.patient, stone.at, stone.by, stone.reason])
    return vault.chain_mac(key, f"tombstone {told}".encode()).hex()


class Tombstones:
    """The file of tombstones in a folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; the file is made with the first line."""
        self.path = folder / NAME

    async def add(self, stones: Iterable[Tombstone]) -> None:
        """Add lines; they are on the disk when this returns."""
        lines = "".join(f"{json.dumps(asdict(stone))}\n" for stone in stones)
        await asyncio.to_thread(_append, self.path, lines)

    async def all(self) -> Sequence[Tombstone]:
        """Return every tombstone; a line that was cut off by a crash is none."""
        return await asyncio.to_thread(_read, self.path)


def _append(path: Path, lines: str) -> None:
    if not lines:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        cut = size and (file.seek(size - 1), file.read(1))[1] != b"\n"
        file.write(b"\n" * bool(cut) + lines.encode())
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> list[Tombstone]:
    if not path.exists():
        return []
    return [stone for line in path.read_text("utf-8").splitlines() if (stone := _stone(line)) is not None]


def _stone(line: str) -> Tombstone | None:
    try:
        return Tombstone(**json.loads(line))
    except (ValueError, TypeError):
        return None
