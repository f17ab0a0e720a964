"""After a restart: what the process before had leased is given out at once, and counted as what it is."""

from datetime import timedelta

from handlers.core.changes import PlanFollowUps
from handlers.core.values import ChannelKind
from storage.accounts import Accounts
from storage.restart import free_all, free_far
from storage.stores import Stores
from tests.storage.samples import (
    CLINIC,
    LEASE,
    MINUTE,
    NOON,
    claim_inbox,
    claim_outbox,
    document,
    follow_up,
    incoming,
    known,
    message,
    settled,
)

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


async def filled(stores: Stores) -> None:
    """One piece of each kind of work, due now."""
    case = await settled(stores)
    await stores.uow.save(
        await known(stores), [message(case), document(case), PlanFollowUps((follow_up(case),))]
    )
    await stores.inbox.add([incoming("k1")], now=NOON)


async def claimed(stores: Stores, now=NOON) -> list[int]:
    """Claim everything; return how much there was of each kind."""
    due = await stores.follow_ups.claim(now=NOON, now_system=now, lease=LEASE, limit=10)
    files = await stores.fetches.claim(now_system=now, lease=LEASE, limit=10)
    return [len(await claim_inbox(stores, now)), len(await claim_outbox(stores, now)), len(due), len(files)]


async def test_what_a_killed_process_held_is_given_out_at_once(stores: Stores):
    await filled(stores)
    await claimed(stores)

    freed = await stores.database.write(free_all)

    assert (freed, await claimed(stores)) == (4, [1, 1, 1, 1])


async def test_without_that_it_is_given_out_when_the_lease_has_run_out(stores: Stores):
    await filled(stores)
    await claimed(stores)

    during = await claimed(stores, NOON + LEASE - timedelta(seconds=1))
    after = await claimed(stores, NOON + LEASE)

    assert (during, after) == ([0, 0, 0, 0], [1, 1, 1, 1])


async def test_a_message_found_being_sent_counts_as_one_ambiguous_send(stores: Stores):
    await filled(stores)
    await claimed(stores)
    await stores.database.write(free_all)

    [row] = await claim_outbox(stores)

    assert (row.uncertain, row.attempts) == (1, 2)


async def test_the_right_to_poll_goes_to_the_next_process(stores: Stores):
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    place = (CLINIC, ChannelKind.TELEGRAM, "main")
    await accounts.create(*place, {})
    await accounts.lease(*place, holder="before", now_system=NOON, lease=LEASE)

    await stores.database.write(free_all)

    assert await accounts.lease(*place, holder="after", now_system=NOON, lease=LEASE) is not None


async def test_leases_of_a_clock_that_was_a_year_ahead_are_freed(stores: Stores):
    await filled(stores)
    await claimed(stores, NOON + YEAR)

    freed = await stores.database.write(lambda conn: free_far(conn, NOON + HOUR))

    assert (freed, await claimed(stores)) == (4, [1, 1, 1, 1])


async def test_leases_of_now_are_left_to_those_who_hold_them(stores: Stores):
    await filled(stores)
    await claimed(stores)

    freed = await stores.database.write(lambda conn: free_far(conn, NOON + HOUR))

    assert (freed, await claimed(stores, NOON + MINUTE / 2)) == (0, [0, 0, 0, 0])
