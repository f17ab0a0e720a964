"""Tries of a day: counted for all processes alike, over a restart, by a hash that names nobody."""

from datetime import timedelta

from storage.sign_in_tries import SignInTries
from storage.tables import sign_in_tries
from tests.storage.samples import CLINIC, NOON


def process(stores):
    return SignInTries(stores.database, stores.vault, stores.clinics)


async def tried(stores, times=1, *, who="p1", at=NOON):
    """Return what the tries come to, each in a process that has just been started."""
    return [await process(stores).of_day(CLINIC, who, limit=5, now_system=at) for _ in range(times)]


async def test_the_sixth_try_of_a_day_is_one_too_many_in_whichever_process(stores):
    assert await tried(stores, 6) == [True] * 5 + [False]
    assert await tried(stores, who="p2") == [True]


async def test_a_day_after_the_first_try_there_are_five_again(stores):
    await tried(stores, 5)

    late = NOON + timedelta(hours=23)
    assert (await tried(stores, at=late), await tried(stores, at=NOON + timedelta(hours=25))) == (
        [False],
        [True],
    )


async def test_who_got_in_has_five_again_and_who_tried_is_not_named(stores):
    await tried(stores, 5)
    rows = await stores.database.read(lambda conn: conn.execute(sign_in_tries.select()).all())

    await process(stores).passed(CLINIC, ["p1"], ())

    assert (b"p1" in bytes(rows[0].who), await tried(stores)) == (False, [True])
