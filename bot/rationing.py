"""WhatsApp's places of the day are given out at each clinic, before any check-in is opened."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from bot.foundation import Foundation
from handlers.core.allotment import Demand
from handlers.core.values import ChannelKind
from handlers.rationing import Rationing
from scheduler.account import Account
from scheduler.follow_ups import Ration
from storage.first_contacts import FirstContacts


def rationing_of(base: Foundation, accounts: Iterable[Account]) -> Ration | None:
    """Return what gives out the places of every clinic with a WhatsApp number among `accounts`, if any has.

    A clinic's numbers share their places, so they are given out at the first of them for all.
    """
    first: dict[str, Account] = {}
    for account in accounts:
        if account.kind is ChannelKind.WHATSAPP:
            first.setdefault(account.clinic, account)
    clinics = [_at(base, account) for account in first.values()]
    if not clinics:
        return None

    async def ration(now: datetime, now_system: datetime) -> int:
        return sum([await clinic.spread(now, now_system) for clinic in clinics])

    return ration


def _at(base: Foundation, account: Account) -> Rationing:
    demand = partial(_demand, FirstContacts(base.stores.database), account)
    return Rationing(base.stores.follow_ups, demand, lambda: base.of(account.clinic).around.protocol)


async def _demand(contacts: FirstContacts, account: Account, now: datetime, now_system: datetime) -> Demand:
    place = (account.clinic, account.kind, account.name)
    return await contacts.demand(*place, now=now, now_system=now_system)
