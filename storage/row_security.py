"""Row-level security on PostgreSQL: the second wall between clinics, behind the clause of every query.

A transaction says for which clinic it works (`SET LOCAL yorisoi.clinic`, sent together with its BEGIN); each
table with a `clinic_id` has a policy by which it meets no other row then, FORCEd on the tables' owner too.
Pages work for one clinic, workers for one after the other. What looks at due times alone, and the commands of
the operator, work for EVERY; a connection that says nothing, like an operator's psql, meets no row at all. A
superuser, and a role with BYPASSRLS, passes by all policies: docs/operating.md asks for a plain one.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection, select, text

from storage.engine import Database
from storage.row_settings import EVERY, NOBODY, working_for
from storage.states import Wake
from storage.tables import clinics
from storage.trouble import Trouble

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_LOOK_AGAIN: Final = timedelta(seconds=20)
"""So long a clinic that somebody else has made may stay unknown."""

_IDS = select(clinics.c.id).order_by(clinics.c.id)

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
        with working_for(self._clinic):
            return await self._database.write(fn, wakes=wakes)

    async def write_long(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a transaction of this clinic that may take as long as it needs."""
        with working_for(self._clinic):
            return await self._database.write_long(fn)

    async def read(self, fn: Callable[[Connection], T], *, brief: bool = False) -> T:
        """Run `fn` on one consistent view of this clinic's rows."""
        with working_for(self._clinic):
            return await self._database.read(fn, brief=brief)

    def subscribe(self, callback: Callable[[Wake], None]) -> None:
        """Call `callback` after every commit that brought work, of whichever clinic."""
        self._database.subscribe(callback)

    async def close(self) -> None:
        """Close the database itself."""
        await self._database.close()


class Claim(Protocol[T_co]):
    """Takes work in a transaction: `most` pieces of it at the most."""

    def __call__(self, conn: Connection, *, most: int) -> Sequence[T_co]:
        """Return what was taken."""
        ...


class EachClinic:
    """A database as workers see it: every transaction is of a clinic that is named, or meets no clinic's row.

    On SQLite, and where the database itself is one clinic's already, it is that database.
    """

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._whole = database
        self._is_walled = database.dialect == "postgresql" and not isinstance(database, OneClinic)
        self._views: dict[str, Database] = {}
        self._ids: Sequence[str] = ()
        self._looked_at: datetime | None = None

    def of(self, clinic: str) -> Database:
        """Return the database as this clinic sees it."""
        if not self._is_walled:
            return self._whole
        view = self._views.get(clinic)
        if view is None:
            view = self._views[clinic] = OneClinic(self._whole, clinic)
        return view

    def of_all(self, some: Iterable[str]) -> Database:
        """Return the database as the clinic of these sees it; as every clinic, should they be several."""
        named = set(some)
        return self.of(named.pop()) if len(named) == 1 else self.of(EVERY)

    @property
    def times(self) -> Database:
        """Return the database with every clinic's rows: for the columns by which work is found, only."""
        return self.of(EVERY)

    @property
    def nobody(self) -> Database:
        """Return the database without any clinic's rows: for tables that belong to none."""
        return self.of(NOBODY)

    async def in_turn(self, fn: Claim[T], *, now_system: datetime, limit: int) -> list[T]:
        """Run `fn` in a transaction of one clinic after the other, until it has found `limit` in all.

        `fn` is told how many are still wanted. Another clinic is the first each time.
        """
        found: list[T] = []
        for database in await self._turns(now_system):
            found += await database.write(partial(fn, most=limit - len(found)))
            if len(found) >= limit:
                break
        return found

    async def _turns(self, now_system: datetime) -> Sequence[Database]:
        if not self._is_walled:
            return (self._whole,)
        if not self._ids or self._looked_at is None or not self._is_fresh(self._looked_at, now_system):
            self._ids = await self.nobody.read(lambda conn: conn.scalars(_IDS).all())
            self._looked_at = now_system
        self._ids = (*self._ids[1:], *self._ids[:1])
        return [self.of(clinic) for clinic in self._ids]

    def _is_fresh(self, looked_at: datetime, now_system: datetime) -> bool:
        return looked_at <= now_system < looked_at + _LOOK_AGAIN
