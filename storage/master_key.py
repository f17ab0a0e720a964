"""Where the master key comes from, and the check that it is the one this database was made with."""

import base64
import binascii
import os
from pathlib import Path

from sqlalchemy import Connection, insert, select

from handlers.errors import SettingError
from storage.keys import KEY_BYTES, Vault
from storage.tables import clinics, meta

FINGERPRINT = "master_key_fingerprint"


def decode_master_key(text: str) -> bytes:
    """Return the 32 bytes in a base64 text; raise SettingError if they are not there."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingError(
            "YORISOI_MASTER_KEY is not 32 bytes in base64; make one with: openssl rand -base64 32"
        )
    return key


def decode_master_keys(text: str) -> tuple[bytes, ...]:
    """Return the keys in a text, one a line: the one to use, then those it is to replace.

    Raises SettingError if one of them is none.
    """
    return tuple(decode_master_key(word) for word in text.split() or [""])


def load_master_keys(path: Path) -> tuple[bytes, ...]:
    """Return the keys in a file; raise SettingError if there is none."""
    try:
        return decode_master_keys(path.read_text("ascii", errors="replace"))
    except OSError as error:
        raise SettingError(
            f"YORISOI_MASTER_KEY_FILE: {path} can't be read ({error.strerror}); "
            "put the key's file back from its backup"
        ) from None


def load_or_create_master_keys(path: Path) -> tuple[bytes, ...]:
    """Return the keys in a file, made once with mode 0600. Only for the demo and tests."""
    key = base64.b64encode(os.urandom(KEY_BYTES))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return load_master_keys(path)
    with os.fdopen(handle, "wb") as file:
        file.write(key + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return decode_master_keys(key.decode())


def fits(conn: Connection, vault: Vault) -> bool:
    """Say whether this is the key that the database was made with; a new one fits any."""
    known = conn.scalar(select(meta.c.value).where(meta.c.name == FINGERPRINT))
    return known is None or known in vault.fingerprints


def check_master_key(conn: Connection, vault: Vault) -> None:
    """Note the key's fingerprint in a new database; raise SettingError if an old one had another key.

    A database that has clinics but no fingerprint is refused too: the key is never replaced.
    """
    known = conn.scalar(select(meta.c.value).where(meta.c.name == FINGERPRINT))
    if known in vault.fingerprints:
        return
    if known is not None or conn.scalar(select(clinics.c.id).limit(1)) is not None:
        raise SettingError(
            "YORISOI_MASTER_KEY is not the key this database was made with; "
            "put the right key back from its backup (without it nothing here can be read)"
        )
    conn.execute(insert(meta).values(name=FINGERPRINT, value=vault.fingerprint))
