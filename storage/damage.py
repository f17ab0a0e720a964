"""A SQLite file that is no longer whole, in words that say the mend."""

import sqlite3

from sqlalchemy.exc import DatabaseError

from handlers.errors import SettingError


def damage_of(error: BaseException) -> SettingError | None:
    """Return the words for a damaged SQLite file, or None for every other error."""
    # Damage is the bare class: what else goes wrong has a class of its own below it.
    if not isinstance(error, DatabaseError) or type(error.orig) is not sqlite3.DatabaseError:
        return None
    return SettingError(
        "YORISOI_DATABASE_URL: the database file is damaged. Put it back from its backup,"
        " or name another; in the demo, move the folder var away"
    )
