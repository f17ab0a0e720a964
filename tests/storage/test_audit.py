"""The record of acts: whatever is done to it behind the product's back shows."""

import asyncio
import os
import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from handlers.core.changes import Audit
from storage.audit.chain import add_audit
from storage.audit.shortening import shorten
from storage.audit.trail import Trail
from storage.audit.verify import Kept, verify
from storage.tables import audit, audit_heads
from tests.storage.samples import CLINIC, NOON

LINES = 12
TAMPERINGS = int(os.environ.get("YORISOI_TAMPERINGS", "200"))


class Undo(Exception):
    """Ends a transaction that was only tried."""


LONG_AGO = NOON - timedelta(days=9999)


def act(number, actor="staff-1"):
    return Audit(actor, "read", f"patient-{number}", NOON + timedelta(minutes=number))


@pytest.fixture
async def trail(stores):
    kept = Trail(stores.database, stores.vault, stores.clinics)
    for number in range(LINES):
        await kept.note(CLINIC, act(number))
    return kept


def change(conn, rng):
    column, value = rng.choice(
        [("actor", "x"), ("action", "x"), ("subject", "x"), ("at", NOON), ("mac", b"x" * 32), ("mac", None)]
    )
    line = rng.randrange(2, LINES + 1)
    conn.execute(update(audit).where(audit.c.seq == line).values({column: value}))


def remove(conn, rng):
    conn.execute(delete(audit).where(audit.c.seq == rng.randrange(1, LINES + 1)))


def cut(conn, rng):
    conn.execute(delete(audit).where(audit.c.seq > rng.randrange(LINES)))


def cut_with_head(conn, rng):
    """Take the newest lines and let the head name the last that is left, as one who has no key can."""
    left = rng.randrange(1, LINES)
    conn.execute(delete(audit).where(audit.c.seq > left))
    mac = conn.scalar(select(audit.c.mac).where(audit.c.seq == left))
    conn.execute(update(audit_heads).values(seq=left, mac=mac))


def cut_the_start(conn, rng):
    left = rng.randrange(2, LINES + 1)
    conn.execute(delete(audit).where(audit.c.seq < left))
    conn.execute(update(audit_heads).values(base_seq=left - 1))


def exchange(conn, rng):
    one, other = rng.sample(range(1, LINES + 1), 2)
    for old, new in ((one, 0), (other, one), (0, other)):
        conn.execute(update(audit).where(audit.c.seq == old).values(seq=new))


def put_in(conn, rng):
    row = conn.execute(select(audit).where(audit.c.seq == rng.randrange(1, LINES + 1))).one()
    conn.execute(insert(audit).values({**row._mapping, "seq": LINES + 1}))


def whole(conn, _):
    """Take everything, the head too: only heads kept elsewhere show it."""
    conn.execute(delete(audit))
    conn.execute(delete(audit_heads))


def backdate(conn, rng):
    """Make a line old, as one who hopes that housekeeping lets it go."""
    conn.execute(update(audit).where(audit.c.seq == rng.randrange(1, LINES + 1)).values(at=LONG_AGO))


WAYS = (change, remove, cut, cut_with_head, cut_the_start, exchange, put_in, whole, backdate)


async def findings(stores, kept, tamper):
    key, found = await stores.clinics.key(CLINIC), []

    def tried(conn):
        tamper(conn)
        shorten(conn, stores.vault, key, NOON - timedelta(days=1000))
        found.append(verify(conn, stores.vault, key, kept).findings)
        raise Undo

    with pytest.raises(Undo):
        await stores.database.write(tried)
    return found[0]


async def test_every_tampering_is_found(stores, trail):
    kept, rng = await trail.heads(), random.Random(8)
    ways = [WAYS[number % len(WAYS)] for number in range(TAMPERINGS)]

    missed = [
        way.__name__ for way in ways if not await findings(stores, kept, lambda conn, way=way: way(conn, rng))
    ]

    assert missed == []


async def test_housekeeping_drops_nothing_for_a_line_that_was_made_old(stores, trail):
    key = await stores.clinics.key(CLINIC)
    old = update(audit).where(audit.c.seq == LINES - 1).values(at=LONG_AGO)
    await stores.database.write(lambda conn: conn.execute(old))

    dropped = await stores.database.write(
        lambda conn: shorten(conn, stores.vault, key, NOON - timedelta(days=1000))
    )

    [verdict] = await trail.verify()
    assert (dropped, verdict.lines) == (0, LINES)
    assert {one.kind for one in verdict.findings} == {"changed"}


async def test_a_whole_record_has_no_findings(trail):
    kept = await trail.heads()

    [verdict] = await trail.verify(kept)

    assert (verdict.findings, verdict.lines, verdict.head) == ((), LINES, kept[0])


async def test_an_old_copy_of_the_record_shows_against_a_head_kept_elsewhere(stores, trail):
    [verdict] = await trail.verify([Kept(CLINIC, LINES + 5, b"m" * 32)])

    assert [one.kind for one in verdict.findings] == ["missing"]


async def test_going_on_after_the_head_was_changed_does_not_cover_it_up(stores, trail):
    rng = random.Random(1)
    await stores.database.write(lambda conn: cut_with_head(conn, rng))

    await trail.note(CLINIC, act(99))

    assert "head" in {one.kind for one in (await trail.verify())[0].findings}


async def test_many_who_write_at_once_make_one_chain(stores, trail):
    await asyncio.gather(*(trail.note(CLINIC, act(number, f"staff-{number}")) for number in range(40)))

    [verdict] = await trail.verify()
    assert (verdict.findings, verdict.lines) == ((), LINES + 40)


async def test_lines_of_an_earlier_version_are_chained_with_the_first_new_one(stores):
    key = await stores.clinics.key(CLINIC)
    old = {"clinic_id": CLINIC, "actor": "a", "action": "b", "subject": "c", "at": NOON}
    await stores.database.write(lambda conn: conn.execute(insert(audit), [old | {"seq": n} for n in (3, 7)]))

    await stores.database.write(lambda conn: add_audit(conn, stores.vault, key, act(1)))

    [verdict] = await Trail(stores.database, stores.vault, stores.clinics).verify()
    assert (verdict.findings, verdict.lines, verdict.head.seq) == ((), 3, 8)
