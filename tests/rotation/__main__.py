"""`make rotation`: 10,000 patients, a new master key, 100 kills: all readable, the old key opens nothing."""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import event, insert, select
from sqlalchemy.engine import Engine

from handlers.core.case import Clinic
from handlers.core.values import ClinicId
from storage.clinics import Clinics
from storage.engine import Database, open_database
from storage.keys import ClinicKey, PatientKey, SealBroken, Vault
from storage.master_key import check_master_key
from storage.rotation import Rotation
from storage.tables import clinics, patients
from tests.databases import NoPostgres, migrated, start_postgres
from tests.storage.samples import NOON

OLD, NEW = b"o" * 32, b"n" * 32
CLINIC = "default"
NAME = "Zwitscherfink"


async def fill(url: str, count: int) -> None:
    """Make a clinic with so many patients, each with a sealed name."""
    await migrated(url)
    database, vault = open_database(url), Vault(OLD)
    await database.write(lambda conn: check_master_key(conn, vault))
    await Clinics(database, vault).create(Clinic(ClinicId(CLINIC), "C", "pack"), now=NOON)
    owner = await Clinics(database, vault).key(CLINIC)
    rows = [_patient(vault, owner, f"p{number:05}") for number in range(count)]
    for start in range(0, count, 500):
        await database.write(
            lambda conn, start=start: conn.execute(insert(patients), rows[start : start + 500])
        )
    await database.close()


def _patient(vault: Vault, owner: ClinicKey, ident: str) -> dict[str, object]:
    key = vault.new_patient_key(owner, ident)
    name = vault.seal(key, "patients", ident, "name", NAME)
    fixed = {"stage": "new", "at_time": "10:00", "created_at": NOON}
    return {
        "clinic_id": CLINIC,
        "id": ident,
        "code": ident,
        "name": name,
        "wrapped_key": key.wrapped,
        **fixed,
    }


async def readable(database: Database, *masters: bytes) -> int:
    """Return how many names open with these master keys alone."""
    vault = Vault(*masters)
    rows = await database.read(
        lambda conn: conn.execute(
            select(
                patients.c.id, patients.c.name, patients.c.wrapped_key, clinics.c.wrapped_key.label("of")
            ).join(clinics, clinics.c.id == patients.c.clinic_id)
        ).all()
    )
    return sum(_opens(vault, row) for row in rows)


def _opens(vault: Vault, row: object) -> bool:
    key = PatientKey(ClinicKey(CLINIC, row.of), row.id, row.wrapped_key)
    try:
        return vault.open(key, "patients", row.id, "name", row.name) == NAME.encode()
    except SealBroken:
        return False


async def rotate(url: str) -> None:
    """Rotate to the end, if nobody kills this process."""
    database, vault = open_database(url), Vault(NEW, OLD)
    await Rotation(database, vault, Clinics(database, vault)).run()
    await database.close()


def killed_at(url: str, statement: int) -> bool:
    """Rotate in a process that dies before its n-th change to a row; say whether it died of that."""
    child = os.fork()
    if not child:
        count = iter(range(1, 10**9))

        @event.listens_for(Engine, "before_cursor_execute")
        def die(_conn, _cursor, sql, *_rest):
            if sql.startswith("UPDATE") and next(count) == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(rotate(url))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def prove(url: str, people: int, kills: int, rng: random.Random) -> list[str]:
    """Rotate with kills until the last; return what fell short."""
    asyncio.run(fill(url, people))
    began, died, wrong = time.monotonic(), 0, []
    while died < kills:
        died += killed_at(url, 1 + rng.randrange(2))
        if died % 10 == 0 and asyncio.run(opened(url, NEW, OLD)) != people:
            wrong.append("not all readable with both keys after a kill")
    asyncio.run(rotate(url))
    new, old = asyncio.run(opened(url, NEW)), asyncio.run(opened(url, OLD))
    kind = url.partition(":")[0]
    print(f"{kind}: {people} patients, {died} kills, {time.monotonic() - began:.1f} s;", end=" ")
    print(f"readable with the new key {new}, with the old key {old}")
    return [
        *wrong,
        *(["the new key does not open all"] if new != people else []),
        *(["the old key opens some"] if old else []),
    ]


async def opened(url: str, *masters: bytes) -> int:
    """Return how many names open, on a connection of its own."""
    database = open_database(url)
    try:
        return await readable(database, *masters)
    finally:
        await database.close()


def main() -> int:
    """Run on both databases; return 1 when something fell short."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--people", type=int, default=10_000)
    args = parser.parse_args()
    rng = random.Random(9)
    with tempfile.TemporaryDirectory() as folder:
        wrong = prove(f"sqlite:///{Path(folder) / 'rotation.db'}", args.people, args.kills, rng)
    try:
        server = start_postgres()
    except NoPostgres as reason:
        print(f"postgresql: left out, {reason}")
    else:
        try:
            url = asyncio.run(server.create("rotation"))
            wrong += prove(url, args.people, args.kills, rng)
        finally:
            server.stop()
    print("rotation:", "; ".join(wrong) or "all readable, the old key opens nothing")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
