"""What waits to be said to strangers: once a day, sent once, and gone with the address when it is said."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from handlers.core.changes import TurnAway
from handlers.core.messages import Body
from storage.strangers import LIFE, REMEMBERED, Strangers
from storage.tables import patients, turned_away
from tests.storage.samples import CLINIC, LEASE, MINUTE, NOON, newcomer

DAY = timedelta(days=1)
ADDRESS = "990000777"


def strangers(stores):
    return Strangers(stores.database, stores.vault, stores.clinics)


async def turn_away(stores, at=NOON, kind="neutral", address=ADDRESS):
    await stores.uow.save(newcomer(address), [TurnAway(Body("Please ask the clinic"), kind, at, DAY)])


async def claim(stores, now=NOON, now_system=NOON):
    place = CLINIC, newcomer().contact.point.channel, "main"
    return await strangers(stores).claim(*place, now=now, now_system=now_system, lease=LEASE, limit=10)


async def rows(stores):
    return await stores.database.read(lambda conn: conn.execute(select(turned_away)).all())


async def test_it_is_handed_out_as_a_message_like_any_other_and_nobody_is_made(stores):
    await turn_away(stores)

    (row,) = await claim(stores)

    made = await stores.database.read(lambda conn: conn.scalar(select(func.count()).select_from(patients)))
    assert (row.point.address, row.body.text, row.window_open) == (ADDRESS, "Please ask the clinic", True)
    assert (made, await claim(stores)) == (0, [])


@pytest.mark.parametrize(
    ("after", "kind", "said"),
    [(MINUTE, "neutral", 1), (DAY + MINUTE, "neutral", 2), (MINUTE, "help", 2)],
    ids=["not again the same day", "again a day later", "help all the same"],
)
async def test_the_same_is_said_once_a_day(stores, after, kind, said):
    await turn_away(stores)
    await turn_away(stores, NOON + after, kind)
    await turn_away(stores, NOON, address="990000888")

    assert len(await rows(stores)) == said + 1


async def test_where_it_went_is_forgotten_with_the_words_when_it_is_said(stores):
    await turn_away(stores)
    (row,) = await claim(stores)

    assert await strangers(stores).settle_sent(row, "wamid.1", now=NOON)

    (kept,) = await rows(stores)
    assert (kept.state, kept.address, kept.body) == ("sent", None, None)
    assert not await strangers(stores).settle_sent(row, "wamid.1", now=NOON)


async def test_what_may_have_arrived_is_not_said_again(stores):
    await turn_away(stores)
    (row,) = await claim(stores)

    await strangers(stores).postpone(row, until=NOON, code="timeout", free=False, uncertain=True, now=NOON)

    assert (await claim(stores), (await rows(stores))[0].state) == ([], "unknown")


async def test_a_claim_that_was_lost_is_given_out_as_uncertain_and_the_first_holder_changes_nothing(stores):
    await turn_away(stores)
    (first,) = await claim(stores)

    (second,) = await claim(stores, now_system=NOON + LEASE + MINUTE)

    assert (second.uncertain, second.resend_if_uncertain) == (1, False)
    assert await strangers(stores).why_not(first) is None
    assert await strangers(stores).why_not(second) == ""


async def test_what_waits_is_tried_later_and_counts_no_try_at_rest(stores):
    await turn_away(stores)
    (row,) = await claim(stores)
    await strangers(stores).rest(row, until_system=NOON + MINUTE, code="paced")

    assert await claim(stores) == []
    (again,) = await claim(stores, now_system=NOON + 2 * MINUTE)
    assert (again.attempts, again.expires_at) == (1, NOON + LIFE)


async def test_after_two_days_nothing_tells_that_somebody_was_there(stores):
    await turn_away(stores)

    await strangers(stores).forget_old(now=NOON + REMEMBERED + MINUTE)

    assert await rows(stores) == []
