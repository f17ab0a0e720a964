"""A consistent copy of a PostgreSQL database by pg_dump, and back by pg_restore."""

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import URL, Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from handlers.errors import SettingError
from storage.backup.archive import BackupBroken
from storage.backup.key_store import StoredKey, put_keys, take_keys
from storage.row_ids import fresh_id
from storage.row_settings import EVERY, SETTING

T = TypeVar("T")

NAME: Final = "yorisoi.pgdump"
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


async def copy(url: str, into: Path) -> dict[str, int]:
    """Dump the database into a file; return how many rows each table has in that very snapshot.

    Raise SettingError where pg_dump is missing or refuses.
    """
    place = make_url(url)
    engine = _engine(place)
    try:
        async with engine.connect() as plain:
            conn = await plain.execution_options(isolation_level="REPEATABLE READ")
            await conn.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            snapshot = await conn.scalar(text("SELECT pg_export_snapshot()"))
            rows = await _counted(conn)
            await _dump(place, into, f"--snapshot={snapshot}")
    finally:
        await engine.dispose()
    await asyncio.to_thread(into.chmod, 0o600)
    return rows


async def _dump(url: URL, into: Path, snapshot: str) -> None:
    words = ("--format=custom", "--no-owner", "--enable-row-security", snapshot, f"--file={into}")
    if code := await _run("pg_dump", url, *words):
        raise SettingError(
            f"YORISOI_DATABASE_URL: pg_dump can't read this database (exit code {code})."
            " Use one that is not older than the server"
        )


async def rows_of(url: str, dump: Path) -> dict[str, int] | None:
    """Restore a dump into a database made for that, count its tables' rows and drop it again.

    None where this user may make no database: the dump's contents were listed only.
    """
    scratch = make_url(url).set(database=f"yorisoi_verify_{fresh_id()[:12].lower()}")
    try:
        await _admin(url, f'CREATE DATABASE "{scratch.database}"')
    except DBAPIError:
        if await _run("pg_restore", None, "--list", str(dump)):
            raise BackupBroken("this backup's dump can't be read. Take another one") from None
        return None
    try:
        await restore(scratch, dump)
        return await counts(scratch)
    finally:
        await _admin(url, f'DROP DATABASE "{scratch.database}"')


async def split(url: str, dump: Path) -> list[StoredKey]:
    """Take the wrapped keys out of a dump and return them; what is dumped anew never held them.

    Raise SettingError where this user may make no database to do that in.
    """
    scratch = make_url(url).set(database=f"yorisoi_split_{fresh_id()[:12].lower()}")
    try:
        await _admin(url, f'CREATE DATABASE "{scratch.database}"')
    except DBAPIError:
        raise SettingError(
            "YORISOI_DATABASE_URL: keys can only be kept apart by a user who may make a database."
            " Give this one CREATEDB, or back up without --keys"
        ) from None
    try:
        await restore(scratch, dump)
        keys = await _within(scratch, take_keys)
        await copy(scratch.render_as_string(hide_password=False), dump)
    finally:
        await _admin(url, f'DROP DATABASE "{scratch.database}"')
    return keys


async def join(url: URL, keys: Iterable[StoredKey]) -> None:
    """Put wrapped keys back into a database that was restored without them."""
    await _within(url, lambda conn: put_keys(conn, keys))


async def restore(url: URL, dump: Path) -> None:
    """Fill an empty database from a dump, all or nothing; raise BackupBroken where that fails."""
    if await _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(dump)):
        raise BackupBroken("this backup's dump can't be restored here. Name an empty database")


async def is_empty(url: str) -> bool:
    """Say whether a database has no tables of ours."""
    return not await counts(make_url(url))


async def _within(url: URL, fn: Callable[[Connection], T]) -> T:
    engine = _engine(url)
    try:
        async with engine.begin() as conn:
            return await conn.run_sync(fn)
    finally:
        await engine.dispose()


def _engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"server_settings": {SETTING: EVERY}},
    )


async def counts(url: URL) -> dict[str, int]:
    """Return how many rows each table of ours has."""
    engine = _engine(url)
    try:
        async with engine.connect() as conn:
            return await _counted(conn)
    finally:
        await engine.dispose()


async def _counted(conn: AsyncConnection) -> dict[str, int]:
    names = (await conn.scalars(text(_TABLES))).all()
    return {name: await conn.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}  # noqa: S608 - names out of the catalogue


async def _admin(url: str, statement: str) -> None:
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    try:
        async with engine.connect() as conn:
            await conn.execute(text(statement))
    finally:
        await engine.dispose()


async def _run(program: str, url: URL | None, *words: str) -> int:
    """Run a program of PostgreSQL's; the password goes through its environment, where nobody sees it."""
    environment: dict[str, str] = dict(os.environ) | {"PGOPTIONS": f"-c {SETTING}={EVERY}"}
    where: tuple[str, ...] = ()
    if url is not None:
        environment["PGPASSWORD"] = str(url.password or "")
        plain = url.set(drivername="postgresql", password=None)
        where = (f"--dbname={plain.render_as_string(hide_password=False)}",)
    try:
        process = await asyncio.create_subprocess_exec(
            program, *where, *words, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
    except FileNotFoundError:
        raise SettingError(
            f"YORISOI_DATABASE_URL: backups of PostgreSQL need its program {program}."
            " Install the client programs of the server's version"
        ) from None
    return await process.wait()
