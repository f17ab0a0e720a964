"""A database that a program ends over: a SQLite file that is no longer whole, a server that went away."""

import sqlite3

from sqlalchemy.exc import DatabaseError

from handlers.errors import SettingError, StorageAway
from storage.outages import FILES_AWAY


def not_opened(cause: str) -> SettingError:
    """Return the words for a database that does not answer."""
    return SettingError(
        f"YORISOI_DATABASE_URL: the database can't be opened ({cause})."
        " See that it is there and running, or correct the address"
    )


def damage_of(error: BaseException) -> SettingError | None:
    """Return the words for a damaged file or a database that is away, or None for every other error."""
    if isinstance(error, StorageAway) and error.code == FILES_AWAY:
        return SettingError(
            "YORISOI_STORAGE_URL: the place of the files is out of reach, or does not let us in."
            " See that it is there, correct the address and the AWS_… settings, then run this again"
        )
    if isinstance(error, StorageAway):
        return not_opened(error.code)
    # Damage is the bare class: what else goes wrong has a class of its own below it.
    if not isinstance(error, DatabaseError) or type(error.orig) is not sqlite3.DatabaseError:
        return None
    return SettingError(
        "YORISOI_DATABASE_URL: the database file is damaged. Put it back from its backup,"
        " or name another; in the demo, move the folder var away"
    )
