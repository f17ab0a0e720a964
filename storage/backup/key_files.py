"""The key stores that are kept apart from the backups: one file for each, and who is erased is erased in all.

A file is lines of JSON: what it is, then a wrapped key each, which the master key alone opens. So a destroyed
key is taken out of an old file without opening anything: its line stays, and says that there is none.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from storage.backup.archive import BackupBroken
from storage.backup.key_store import KeyPlace, StoredKey
from storage.backup.place import KEYS

_FORMAT: Final = 1


def write_keys(path: Path, made_at: str, keys: Sequence[StoredKey]) -> None:
    """Write a key store to `path`; it is on the disk when this returns."""
    told: list[Any] = [{"yorisoi_keys": _FORMAT, "made_at": made_at}]
    told += [[*key.place, key.wrapped.hex() if key.wrapped is not None else None] for key in keys]
    _put(path, "".join(f"{json.dumps(one)}\n" for one in told))


def read_keys(path: Path) -> list[StoredKey]:
    """Return what stands in a key store; raise BackupBroken where it is none, or damaged."""
    try:
        first, *lines = path.read_text("utf-8").splitlines()
        if json.loads(first)["yorisoi_keys"] == _FORMAT:
            return [_key(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise BackupBroken(f"the key file {path} can't be read. Name another file")


def destroy_keys(folder: Path, is_gone: Callable[[KeyPlace], bool]) -> int:
    """Take the keys that are to be gone out of every key store in a folder; return how many.

    A damaged file is left to its age: it opens nothing any more.
    """
    return sum(_destroy(path, is_gone) for path in sorted(folder.glob(f"*{KEYS}")))


def _destroy(path: Path, is_gone: Callable[[KeyPlace], bool]) -> int:
    try:
        keys = read_keys(path)
    except BackupBroken:
        return 0
    gone = [key.place for key in keys if key.wrapped is not None and is_gone(key.place)]
    if gone:
        lost = frozenset(gone)
        left = [StoredKey(key.place, None) if key.place in lost else key for key in keys]
        write_keys(path, _made_at(path), left)
    return len(gone)


def _made_at(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return str(json.loads(file.readline())["made_at"])


def _key(line: Any) -> StoredKey:
    table, clinic, row, wrapped = line
    return StoredKey(KeyPlace(table, clinic, row), bytes.fromhex(wrapped) if wrapped is not None else None)


def _put(path: Path, content: str) -> None:
    """Put a file in the place of an older one, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
