"""One backup is one file: a line that says what it is, then a tar stream under an age key of its own.

The age identity stands in that line, sealed under the master key. Nothing but ciphertext is written there.
"""

import json
import os
import tarfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import pyrage  # type: ignore[import-untyped]
from pyrage import x25519

from handlers.errors import SettingError
from storage.keys import SealBroken, Vault

FORMAT: Final = 1
_MEND_KEY: Final = (
    "YORISOI_MASTER_KEY_FILE: this backup was made with another master key. Put that key into the file, too"
)


class BackupBroken(SettingError):
    """A backup that can't be read back: cut off, damaged, or none."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself: when it was made (UTC, ISO 8601), of which kind of database."""

    made_at: str
    dialect: str


def write_archive(path: Path, vault: Vault, header: Header, fill: Callable[[tarfile.TarFile], None]) -> None:
    """Write a backup to `path`, which must not exist: `fill` adds what belongs into it."""
    identity = x25519.Identity.generate()
    sealed = vault.seal_backup(header.made_at, str(identity))
    told = {"yorisoi_backup": FORMAT, "made_at": header.made_at, "dialect": header.dialect}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(json.dumps(told | {"identity": sealed.hex()}).encode() + b"\n")
        with _piped(lambda end: _tar(end, fill)) as plain:
            pyrage.encrypt_io(plain, file, [identity.to_public()])
        file.flush()
        os.fsync(file.fileno())


def read_archive(path: Path, vault: Vault, folder: Path) -> Header:
    """Unpack a backup into `folder`; raise BackupBroken, or SettingError for another master key."""
    with _opened(path) as file:
        header, identity = _header(file, vault)

        def unpack(end: BinaryIO) -> None:
            with tarfile.open(fileobj=end, mode="r|") as tar:
                tar.extractall(folder, filter="data")
            while end.read(1 << 16):
                pass  # to the very end, so that what encrypts can finish

        try:
            with _into(unpack) as plain:
                pyrage.decrypt_io(file, plain, [identity])
        except (pyrage.DecryptError, tarfile.TarError, OSError, EOFError):
            raise BackupBroken("this backup is cut off or damaged. Take another one") from None
    return header


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError:
        raise BackupBroken(f"the backup {path} can't be read. Name another file") from None


def _header(file: BinaryIO, vault: Vault) -> tuple[Header, Any]:
    try:
        told = json.loads(file.readline(4096))
        header, sealed = Header(told["made_at"], told["dialect"]), bytes.fromhex(told["identity"])
    except (ValueError, KeyError, TypeError):
        raise BackupBroken("this file is no backup of Yorisoi. Name another file") from None
    try:
        return header, x25519.Identity.from_str(vault.open_backup(header.made_at, sealed))
    except SealBroken:
        raise SettingError(_MEND_KEY) from None


def _tar(end: BinaryIO, fill: Callable[[tarfile.TarFile], None]) -> None:
    with tarfile.open(fileobj=end, mode="w|") as tar:
        fill(tar)


class _Piped:
    """One end of a pipe as a context; the other end is worked on by a thread, whose error is raised here."""

    def __init__(self, work: Callable[[BinaryIO], None], *, ours: str, theirs: str) -> None:
        reading, writing = os.pipe()
        ends = {"rb": reading, "wb": writing}
        self._file = cast(BinaryIO, os.fdopen(ends[ours], ours))
        self._theirs = cast(BinaryIO, os.fdopen(ends[theirs], theirs))
        self._work = work
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="yorisoi-backup", daemon=True)

    def __enter__(self) -> BinaryIO:
        self._thread.start()
        return self._file

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError):
            self._file.close()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._work(self._theirs)
        except BaseException as error:  # noqa: BLE001 - raised by whoever holds the other end
            self._error = error
        finally:
            with suppress(BrokenPipeError):
                self._theirs.close()


def _piped(work: Callable[[BinaryIO], None]) -> _Piped:
    """Read what `work` writes."""
    return _Piped(work, ours="rb", theirs="wb")


def _into(work: Callable[[BinaryIO], None]) -> _Piped:
    """Write what `work` reads."""
    return _Piped(work, ours="wb", theirs="rb")
