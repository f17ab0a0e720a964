"""Where only invited people may begin: a stranger, from the inbox to the one answer at the service."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from handlers.core.events import Event, Said, Started
from handlers.entrance import ENTRANCE, INVITED
from handlers.inbound import Inbound
from handlers.ports import Incoming
from scheduler.clocks import Clocks
from scheduler.outbox import Account, SendCases, Sender
from scheduler.pacing import Rates
from scheduler.wake import Wake
from storage.invitations import Invitations
from storage.strangers import Strangers
from storage.tables import inbox, patients, turned_away
from tests.handlers.desk import StillClock, surroundings
from tests.scheduler.office import TELEGRAM, WHATSAPP, Hand
from tests.storage.samples import CLINIC, LEASE, NOON

WORDS = "I am Zwitscherfink and want cells"
ADDRESS = "12025550143"


async def takes(stores, what, kind=TELEGRAM, key="m1"):
    """Let a message come in and be decided about, in a clinic that lets in only who is invited."""
    await stores.clinics.save(replace(await stores.clinics.get(CLINIC), texts={ENTRANCE: INVITED}))
    around = surroundings(StillClock(NOON))
    parser = {kind: lambda raw: Event(key, NOON, what)}
    take = Inbound(stores.uow, around.world, parser, around.ids, lambda: NOON).take
    await stores.inbox.add([Incoming(CLINIC, kind, "main", key, ADDRESS, b"{}", NOON)], now=NOON)
    (row,) = await stores.inbox.claim(now_system=NOON, lease=LEASE, limit=1)
    await take(row)


async def all_of(stores, table):
    return await stores.database.read(lambda conn: conn.execute(select(table)).all())


async def nothing(_account, _code):
    """Hear how the account is."""


async def send(stores, channel, kind):
    hand = Hand()
    clocks = Clocks(hand, hand.now, hand.sleep, lambda: 1.0)
    store = Strangers(stores.database, stores.vault, stores.clinics)
    account = Account(CLINIC, kind, "main", channel, Rates(), channel.probe)
    cases = SendCases(nothing, lambda _row, _case: ())
    return await Sender(account, store, cases, Wake(), clocks).run_once()


@pytest.mark.parametrize("kind", [TELEGRAM, WHATSAPP])
async def test_a_stranger_gets_one_answer_and_leaves_nothing_but_hashes(stores, channels, provider, kind):
    if kind is TELEGRAM:
        await provider.say(int(ADDRESS), "hello")
    else:
        await provider.whatsapp_patient(phone=ADDRESS, user_id="").say("hello")
    for key in ("m1", "m2"):
        await takes(stores, Said(WORDS), kind, key)

    assert (await send(stores, channels[kind], kind), await send(stores, channels[kind], kind)) == (1, 0)

    (kept,) = await all_of(stores, turned_away)
    left = [(row.body, row.text, row.patient_id, row.state) for row in await all_of(stores, inbox)]
    sent = await provider.ledger(method="sendMessage" if kind is TELEGRAM else "messages", accepted=True)
    assert [line["outbox"] for line in sent] == [kept.id]
    assert (kept.state, kept.address, kept.body) == ("sent", None, None)
    assert left == [(None, None, None, "done")] * 2
    assert await all_of(stores, patients) == []


@pytest.mark.parametrize("is_open", [True, False], ids=["the open link", "an invitation for one"])
async def test_by_a_link_of_the_clinic_somebody_begins(stores, is_open):
    made = Invitations(stores.database, stores.vault, stores.clinics)
    await made.add(CLINIC, "a-code", created_by="", now=NOON, is_open=is_open)

    await takes(stores, Started("a-code"))
    await takes(stores, Said("hello"), key="m2")

    assert (len(await all_of(stores, patients)), await all_of(stores, turned_away)) == (1, [])


async def test_a_link_that_is_none_opens_nothing(stores):
    await takes(stores, Started("guessed"))

    assert (await all_of(stores, patients), len(await all_of(stores, turned_away))) == ([], 1)
