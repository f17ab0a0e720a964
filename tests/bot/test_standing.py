"""What people see of an account that its service refuses: from the first refusal until it works again."""

import json
from datetime import timedelta

import pytest

from bot.demo import demo_settings, make_clinic
from bot.doctor.database import look_at_database
from bot.foundation import foundation
from bot.health import Health
from bot.receiver import Account
from bot.standing import AccountStanding
from handlers.core.values import ChannelKind, ClinicId
from handlers.errors import AccountFault, SendLater, StorageAway
from storage.accounts import Accounts

PLACE = (ClinicId("default"), ChannelKind.TELEGRAM, "main")


@pytest.fixture
async def standing(tmp_path):
    async with foundation(demo_settings({}, tmp_path)) as base:
        await make_clinic(base)
        stores = base.stores
        await Accounts(stores.database, stores.vault, stores.clinics).create(*PLACE, {})
        yield AccountStanding(base, Account(*PLACE))


async def shown(standing):
    """Return what /metrics counts and what the doctor says of accounts."""
    base = standing.base
    figures = (await Health(base).metrics()).decode()
    found = [one async for one in look_at_database(base.settings, base.clock.now())]
    return (
        "yorisoi_accounts_refused 1.0" in figures,
        [(one.level.value, one.values.get("code", "")) for one in found if one.name.startswith("account")],
    )


async def test_a_refused_account_is_seen_until_it_works_again(standing):
    await standing.refused(AccountFault("401"))
    refused = await shown(standing)

    await standing.works()

    assert (refused, await shown(standing)) == ((True, [("red", "401")]), (False, [("ok", "")]))


async def test_it_is_refused_since_the_first_time(standing):
    stores = standing.base.stores
    accounts = Accounts(stores.database, stores.vault, stores.clinics)
    first = standing.base.clock.now()

    for after, code in enumerate(("401", "403")):
        await accounts.refused(*PLACE, reason=code, now=first + timedelta(hours=after))

    [now] = await accounts.standing(PLACE[0])
    assert (now.refused, now.reason, now.since) == (True, "403", first)


@pytest.mark.parametrize(("fault", "is_refused"), [(None, False), (SendLater("500"), True)])
async def test_a_process_that_starts_asks_whether_it_was_mended(standing, fault, is_refused):
    async def probe():
        if fault:
            raise fault

    await standing.refused(AccountFault("401"))

    await standing.look(probe)

    assert (await shown(standing))[0] is is_refused


async def test_an_account_that_nobody_found_refused_is_not_asked(standing):
    await standing.look(json.loads)  # it would raise


async def test_a_database_that_is_away_stops_nobody_who_tells(standing, monkeypatch):
    async def away(*_, **__):
        raise StorageAway("connection")

    monkeypatch.setattr(standing.base.stores.database, "write", away)

    await standing.refused(AccountFault("401"))
