"""What the doctor sees without a database: settings, the master key's file, folders, disks, SQLite."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.doctor.findings import Finding, note, ok, red
from bot.foundation import data_folders, reserve_of, sqlite_file
from bot.settings import Env, Settings

ROOM: Final = 1024 * 1024 * 1024
"""Less than this many bytes free is worth a note; /readyz refuses below 64 MB."""

SCARCE: Final = 64 * 1024 * 1024
SAFE_SQLITE: Final = (3, 51, 3)
"""Older ones can damage a WAL that two connections write or checkpoint at once."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def look_at_machine(settings: Settings) -> Iterator[Finding]:
    """Yield everything that can be told without opening the database."""
    yield from _settings(settings)
    yield from _key_file(settings)
    for name, folder in data_folders(settings).items():
        yield _folder(name, folder)
        yield _room(name, folder)
    if settings.env is Env.PRODUCTION and (reserve := reserve_of(settings)).folder is not None:
        yield ok("reserve") if reserve.is_there else note("reserve_none", path=str(reserve.folder))
    if (file := sqlite_file(settings)) is not None:
        if file.exists() and file.stat().st_mode & _OTHERS:
            yield red("database_readable", path=str(file))
        yield _sqlite()


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.env is Env.PRODUCTION:
        yield ok("env")
    else:
        yield note("env_other", env=settings.env.value)
    if settings.clock_file is not None:
        yield note("clock_file", path=str(settings.clock_file))
    if settings.pace != 1:
        yield note("pace")
    if not (settings.has_telegram or settings.has_whatsapp):
        yield note("no_channels")
    if settings.smtp_url is None:
        yield note("no_mail")
    lease, timeout = f"{settings.lease_seconds:g}", f"{settings.send_timeout_seconds:g}"
    yield ok("lease", lease=lease, timeout=timeout)


def _key_file(settings: Settings) -> Iterator[Finding]:
    path = settings.master_key_file
    if path is None or not path.exists():
        return
    if path.stat().st_mode & _OTHERS:
        yield red("key_readable", path=str(path))
    folders = [folder.resolve() for folder in data_folders(settings).values()]
    if settings.env is Env.PRODUCTION and any(path.resolve().is_relative_to(one) for one in folders):
        yield red("key_beside_data", path=str(path))


def _folder(name: str, folder: Path) -> Finding:
    if not folder.is_dir():
        return note("folder_missing", path=str(folder), setting=f"YORISOI_{name}")
    if not os.access(folder, os.W_OK | os.X_OK):
        return red("folder_locked", path=str(folder), setting=f"YORISOI_{name}")
    if folder.stat().st_mode & stat.S_IRWXO:
        return note("folder_open", path=str(folder))
    return ok("folder", path=str(folder))


def _room(name: str, folder: Path) -> Finding:
    if not folder.is_dir():
        return note("room_unknown", setting=f"YORISOI_{name}")
    free = shutil.disk_usage(folder).free
    values = {"path": str(folder), "free": f"{free / 1e9:.1f}"}
    if free < SCARCE:
        return red("room_gone", **values)
    return note("room_little", **values) if free < ROOM else ok("room", **values)


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        return note("sqlite_old", version=sqlite3.sqlite_version)
    return ok("sqlite", version=sqlite3.sqlite_version)
