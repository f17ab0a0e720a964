"""Row-level security on PostgreSQL: the second wall between clinics, behind the clause of every query.

A transaction says for which clinic it works (`SET LOCAL yorisoi.clinic`); each table with a `clinic_id` has a
policy by which it meets no other row then, FORCEd on the tables' owner too. Our own connections start with
EVERY, for workers who claim across clinics; one that says nothing, like an operator's psql, meets no row at
all. A superuser, and a role with BYPASSRLS, passes by all policies: docs/operating.md asks for a plain one.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, text

from storage.engine import Database
from storage.row_settings import SETTING
from storage.states import Wake
from storage.trouble import Trouble

T = TypeVar("T")

_HOLD = text(f"SELECT set_config('{SETTING}', :clinic, true)")

_PASSES_BY = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


def is_bound(conn: Connection) -> bool:
    """Say whether the policies bind the role that we connect as; on PostgreSQL alone."""
    return not conn.scalar(_PASSES_BY)


class OneClinic:
    """A database as one clinic sees it: on PostgreSQL no transaction meets another clinic's rows.

    On SQLite, which has no such policies, it is the database itself with the clause of every query.
    """

    def __init__(self, database: Database, clinic: str) -> None:
        """Take the database and the clinic whose rows are met."""
        self._database = database
        self._clinic = clinic
        self._is_walled = database.dialect == "postgresql"

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self._database.dialect

    @property
    def trouble(self) -> Trouble:
        """Return what keeps the database from working right now."""
        return self._database.trouble

    async def write(self, fn: Callable[[Connection], T], *, wakes: tuple[Wake, ...] = ()) -> T:
        """Run `fn` in a transaction of this clinic."""
        return await self._database.write(self._held(fn), wakes=wakes)

    async def write_long(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a transaction of this clinic that may take as long as it needs."""
        return await self._database.write_long(self._held(fn))

    async def read(self, fn: Callable[[Connection], T], *, brief: bool = False) -> T:
        """Run `fn` on one consistent view of this clinic's rows."""
        return await self._database.read(self._held(fn), brief=brief)

    def subscribe(self, callback: Callable[[Wake], None]) -> None:
        """Call `callback` after every commit that brought work, of whichever clinic."""
        self._database.subscribe(callback)

    async def close(self) -> None:
        """Close the database itself."""
        await self._database.close()

    def _held(self, fn: Callable[[Connection], T]) -> Callable[[Connection], T]:
        if not self._is_walled:
            return fn

        def run(conn: Connection) -> T:
            conn.execute(_HOLD, {"clinic": self._clinic})
            return fn(conn)

        return run
