"""A consistent copy of a PostgreSQL database by pg_dump, and back by pg_restore."""

import asyncio
import os
from pathlib import Path
from typing import Final

from sqlalchemy import URL, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from handlers.errors import SettingError
from storage.backup.archive import BackupBroken
from storage.row_ids import fresh_id
from storage.row_settings import EVERY, SETTING

NAME: Final = "yorisoi.pgdump"


async def copy(url: str, into: Path) -> None:
    """Dump the database into a file; raise SettingError where pg_dump is missing or refuses."""
    words = ("--format=custom", "--no-owner", "--enable-row-security", f"--file={into}")
    if code := await _run("pg_dump", make_url(url), *words):
        raise SettingError(
            f"YORISOI_DATABASE_URL: pg_dump can't read this database (exit code {code})."
            " Use one that is not older than the server"
        )
    await asyncio.to_thread(into.chmod, 0o600)


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
        return await _counts(scratch)
    finally:
        await _admin(url, f'DROP DATABASE "{scratch.database}"')


async def restore(url: URL, dump: Path) -> None:
    """Fill an empty database from a dump, all or nothing; raise BackupBroken where that fails."""
    if await _run("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(dump)):
        raise BackupBroken("this backup's dump can't be restored here. Name an empty database")


async def is_empty(url: str) -> bool:
    """Say whether a database has no tables of ours."""
    return not await _counts(make_url(url))


async def _counts(url: URL) -> dict[str, int]:
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        poolclass=NullPool,
        connect_args={"server_settings": {SETTING: EVERY}},
    )
    try:
        async with engine.connect() as conn:
            names = (
                await conn.scalars(
                    text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
                )
            ).all()
            return {name: await conn.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}  # noqa: S608 - names out of the catalogue
    finally:
        await engine.dispose()


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
