"""Two processes and one account: one has it, the other takes over."""

from datetime import timedelta

import pytest

from bot.account_lease import AccountLease
from bot.receiver import Account
from handlers.core.values import ChannelKind
from storage.accounts import Accounts
from tests.storage.conftest import stores, vault  # noqa: F401  fixtures
from tests.storage.samples import CLINIC, NOON

LENGTH = timedelta(seconds=15)


class Now:
    def __init__(self):
        self.time = NOON

    def __call__(self):
        return self.time


@pytest.fixture
def now():
    return Now()


@pytest.fixture
async def leases(stores, now):  # noqa: F811  the fixture
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    account = Account(CLINIC, ChannelKind.WHATSAPP, "main")
    await accounts.create(CLINIC, ChannelKind.WHATSAPP, "main", {})
    return [AccountLease(accounts, account, holder, now, LENGTH) for holder in ("a", "b")]


async def test_one_process_has_an_account(leases):
    assert [await lease.keep() for lease in leases] == [True, False]


async def test_another_takes_over_when_the_lease_is_over(leases, now):
    await leases[0].keep()

    now.time += LENGTH

    assert await leases[1].keep()


async def test_an_account_is_kept_as_long_as_it_is_used(leases, now):
    kept = []
    for _ in range(20):
        kept.append([await lease.keep() for lease in leases])
        now.time += LENGTH / 4

    assert kept == [[True, False]] * 20


async def test_an_account_that_is_given_up_is_free_at_once(leases):
    await leases[0].keep()

    await leases[0].give_up()

    assert [await leases[1].keep(), await leases[0].keep()] == [True, False]
