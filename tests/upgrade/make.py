"""Makes the installation that `first/` keeps, with the code of an earlier version: run it in that tree.

    git archive 78ef3ab | tar -x -C /tmp/old
    cd /tmp/old && PYTHONPATH=/tmp/old:/path/to/this/folder python /path/to/this/folder/make.py OUT

Nobody in it is real, and its master key is no secret.
"""

import asyncio
import gzip
import json
import sys
from pathlib import Path

from sqlalchemy import text
from talking import CLINIC, LEASE, Installation

from bot.demo import sample_clinic
from bot.ids import SystemIds
from handlers.core.events import FileKind, Said, SentDocument, Started
from storage.blobs import Blobs
from storage.engine import open_database
from storage.keys import Vault
from storage.master_key import check_master_key
from storage.migrations import upgrade
from storage.stores import stores_of
from tests.handlers.desk import StillClock, surroundings
from tests.handlers.paths import ABOUT, CONSENT, END, HEALTH, TO_CONSENT

KEY = bytes(range(32))
WHOLE = (*TO_CONSENT, *CONSENT, *ABOUT, *HEALTH, *END)
HALF = (*TO_CONSENT, *CONSENT, *ABOUT[:3])
PAPER = b"%PDF-1.4 a letter that nobody wrote"


async def content():
    yield PAPER


async def treated(place, address, local):
    """Let somebody go through the intake and be treated; return their id."""
    await place.starts(address)
    await place.does(address, *WHOLE)
    patients = await place.stores.database.read(
        lambda conn: list(conn.scalars(text("SELECT id FROM patients ORDER BY created_at")))
    )
    await place.treatment.enter_date(CLINIC, patients[-1], "infusion", local, "Asia/Tokyo", "staff")
    return patients[-1]


async def papers(place, address):
    """Let somebody send two files, of which one has been fetched and one is being fetched."""
    for name in ("letter.pdf", "second.pdf"):
        await place.bring(
            address, SentDocument(ref=name, kind=FileKind.DOCUMENT, name=name, mime="application/pdf", size=9)
        )
        await place.read()
    now = place.clock.now()
    fetches = await place.stores.fetches.claim(now_system=now, lease=LEASE, limit=5)
    first = min(fetches, key=lambda fetch: fetch.name)
    await place.stores.fetches.store(first, content(), limit_bytes=1000, now=now)
    await place.read()


async def fill(place):
    """Everything that may be half done when a process is stopped for an update."""
    await treated(place, "clara", "2026-02-02T10:00")
    bruno = await treated(place, "bruno", "2026-03-02T10:00")
    await papers(place, "bruno")
    await place.deliver()
    await place.start_due()
    await place.deliver()
    await place.does("clara", "Start")
    await place.starts("anna")
    await place.does("anna", *HALF[:-1])
    await place.bring("anna", Said(HALF[-1].removeprefix("=")))
    await place.read()
    await place.bring("dora", Started(language="en"))
    await place.stores.inbox.claim(now_system=place.clock.now(), lease=LEASE, limit=5)
    return bruno


async def main(folder):
    folder.mkdir(parents=True)
    database = open_database(f"sqlite:///{folder}/yorisoi.db")
    await upgrade(database)
    vault = Vault(KEY)
    await database.write(lambda conn: check_master_key(conn, vault))
    stores = stores_of(database, vault, Blobs(f"file://{folder}/files"))
    clock = StillClock()
    await stores.clinics.create(sample_clinic("parkinson-cell-therapy"), now=clock.now())
    place = Installation(stores, surroundings(clock), clock, SystemIds(clock.now))
    bruno = await fill(place)
    facts = {"now": place.clock.now().isoformat(), "bruno": bruno}
    await database.close()
    (folder / "facts.json").write_text(json.dumps(facts, indent=1) + "\n")
    whole = (folder / "yorisoi.db").read_bytes()
    (folder / "yorisoi.db.gz").write_bytes(gzip.compress(whole, mtime=0))
    (folder / "yorisoi.db").unlink()


asyncio.run(main(Path(sys.argv[1])))
