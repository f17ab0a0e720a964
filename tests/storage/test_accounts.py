"""Channel accounts: sealed tokens, one poller at a time."""

from handlers.core.values import ChannelKind
from storage.accounts import Accounts
from storage.stores import Stores
from tests.storage.samples import CLINIC, LEASE, NOON

PLACE = (CLINIC, ChannelKind.TELEGRAM, "main")


async def accounts_of(stores: Stores) -> Accounts:
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    await accounts.create(*PLACE, {"token": "1:abc"})
    return accounts


async def test_an_account_comes_back_with_its_newest_tokens(stores: Stores):
    accounts = await accounts_of(stores)
    await accounts.create(*PLACE, {"token": "2:def"})

    [account] = await accounts.all()

    assert account.config == {"token": "2:def"}


async def test_one_process_polls_and_another_takes_over_when_it_is_gone(stores: Stores):
    accounts = await accounts_of(stores)
    first = await accounts.lease(*PLACE, holder="a", now_system=NOON, lease=LEASE)

    refused = await accounts.lease(*PLACE, holder="b", now_system=NOON, lease=LEASE)
    renewed = await accounts.lease(*PLACE, holder="a", now_system=NOON, lease=LEASE)
    taken = await accounts.lease(*PLACE, holder="b", now_system=NOON + LEASE, lease=LEASE)

    assert (first, refused, renewed, taken) == (1, None, 2, 3)


async def test_a_lease_given_up_is_free_at_once(stores: Stores):
    accounts = await accounts_of(stores)
    await accounts.lease(*PLACE, holder="a", now_system=NOON, lease=LEASE)

    await accounts.give_up(*PLACE, holder="a")

    assert await accounts.lease(*PLACE, holder="b", now_system=NOON, lease=LEASE) is not None
