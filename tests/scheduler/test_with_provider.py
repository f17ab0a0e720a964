"""Sender, storage and channel together against the provider's ledger: never lost, never twice in silence."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from handlers.core.changes import CancelQueued, MoveSend
from handlers.core.events import Delivery
from storage.tables import outbox
from tests.scheduler.office import SECOND, TELEGRAM, WHATSAPP
from tests.storage.samples import CLINIC, LEASE, MINUTE, NOON, at_point

TAKEN_THEN = ["accept-then-500", "accept-then-html-502", "accept-then-drop", "accept-then-garbage"]


@pytest.mark.parametrize("verdict", TAKEN_THEN)
async def test_telegrams_one_resend_after_an_ambiguous_send_is_recorded(office, verdict):
    desk = office(TELEGRAM)
    await desk.queue("q1")
    await desk.provider.faults(verdict, method="sendMessage")

    await desk.pass_time(5 * MINUTE)

    assert (await desk.sends(), await desk.rows()) == ({"q1": 2}, {"q1": ("sent", 1)})


@pytest.mark.parametrize("verdict", TAKEN_THEN)
async def test_a_link_is_not_sent_again_and_a_person_is_told(office, verdict):
    desk = office(TELEGRAM)
    await desk.queue("link", resend_if_uncertain=False)
    await desk.provider.faults(verdict, method="sendMessage")

    await desk.pass_time(5 * MINUTE)

    assert (await desk.sends(), await desk.rows()) == ({"link": 1}, {"link": ("unknown", 1)})
    assert await desk.tasks() == ["unknown-send"]


@pytest.mark.parametrize("kind", [TELEGRAM, WHATSAPP])
async def test_a_second_ambiguous_send_is_the_last(office, kind):
    desk = office(kind)
    await desk.queue("q1")
    method = "sendMessage" if kind is TELEGRAM else "messages"
    await desk.provider.faults(*["accept-then-500"] * 9, method=method)

    await desk.pass_time(60 * MINUTE)

    assert ((await desk.sends())["q1"], (await desk.rows())["q1"][0]) == (2, "unknown")


@pytest.mark.parametrize("kind", [TELEGRAM, WHATSAPP])
async def test_an_outage_of_hours_costs_no_message_its_certainty_but_those_under_way(office, kind):
    desk = office(kind)
    for n in range(6):
        await desk.queue(f"q{n}", address=str(12025550100 + n))
    await desk.provider.faults(channel=kind.value, mix={"html-502": 1.0})
    await desk.pass_time(timedelta(hours=3), step=MINUTE)
    during = await desk.rows()

    await desk.provider.calm()
    await desk.pass_time(15 * MINUTE)

    assert "unknown" not in {state for state, _ in during.values()}
    assert set((await desk.sends()).values()) == {1}
    assert {state for state, _ in (await desk.rows()).values()} == {"sent"}


async def test_a_status_that_echoes_our_id_ends_the_wait_without_a_resend(office):
    desk = office(WHATSAPP)
    await desk.queue("q1")
    await desk.provider.faults("accept-then-drop", method="messages")
    await desk.pass_time(MINUTE)
    case = await desk.stores.uow.case_at(CLINIC, at_point("12025550143", WHATSAPP))

    await desk.stores.uow.save(case, [MoveSend("wamid.X", Delivery.SENT, desk.time.now(), "q1")])
    await desk.pass_time(30 * MINUTE)

    assert (await desk.sends(), await desk.rows()) == ({"q1": 1}, {"q1": ("sent", 1)})


async def test_without_a_status_whatsapp_gets_one_resend_after_ten_minutes(office):
    desk = office(WHATSAPP)
    await desk.queue("q1")
    await desk.provider.faults("accept-then-drop", method="messages")

    await desk.pass_time(9 * MINUTE)
    early = await desk.sends()
    await desk.pass_time(3 * MINUTE)

    assert (early, await desk.sends()) == ({"q1": 1}, {"q1": 2})


async def test_a_process_killed_over_a_whatsapp_message_waits_for_its_status_too(office):
    desk = office(WHATSAPP)
    await desk.queue("q1")
    await desk.stores.outbox.claim(CLINIC, WHATSAPP, "main", now=NOON, now_system=NOON, lease=LEASE, limit=1)
    desk.start()

    desk.time.time += LEASE
    await desk.pass_time(9 * MINUTE)
    early = await desk.sends()
    await desk.pass_time(3 * MINUTE)

    assert (early, await desk.sends(), await desk.rows()) == ({}, {"q1": 1}, {"q1": ("sent", 1)})


@pytest.mark.parametrize("kind", [TELEGRAM, WHATSAPP])
async def test_a_revoked_token_stops_the_queue_and_burns_nothing(office, kind):
    desk = office(kind)
    for n in range(3):
        await desk.queue(f"q{n}", address=str(12025550100 + n))
    await desk.provider.faults(channel=kind.value, mix={"401:190" if kind is WHATSAPP else "401": 1.0})
    await desk.pass_time(timedelta(hours=1))
    during = await desk.rows()

    await desk.provider.calm()
    await desk.pass_time(6 * MINUTE)

    assert set(during.values()) == {("queued", 0)}
    assert (len(desk.faults), await desk.sends()) == (1, {"q0": 1, "q1": 1, "q2": 1})


async def test_somebody_who_blocked_the_bot_gets_one_attempt_and_no_more(office):
    desk = office(TELEGRAM)
    address = await desk.queue("q1", "q2", "q3")
    await desk.provider.block(int(address))

    await desk.pass_time(10 * MINUTE)

    calls = await desk.provider.ledger(method="sendMessage")
    assert (len(calls), await desk.tasks()) == (1, ["unreachable"])
    assert {state for state, _ in (await desk.rows()).values()} == {"failed", "cancelled"}


async def test_a_chat_that_became_a_supergroup_ends_without_a_loop(office):
    desk = office(TELEGRAM)
    await desk.queue("q1")
    await desk.provider.faults(*["400:migrated"] * 9, method="sendMessage")

    await desk.pass_time(60 * MINUTE)

    assert len(await desk.provider.ledger(method="sendMessage")) == 1


async def test_nothing_is_sent_inside_a_penalty(office):
    desk = office(TELEGRAM)
    for n in range(5):
        await desk.queue(f"q{n}", address=str(12025550100 + n))
    await desk.provider.faults("429:40", method="sendMessage")
    await desk.sender.run_once()
    before = len(await desk.provider.ledger(method="sendMessage"))

    await desk.pass_time(39 * SECOND, step=SECOND)
    inside = len(await desk.provider.ledger(method="sendMessage"))
    await desk.pass_time(10 * SECOND, step=SECOND)

    assert (inside, await desk.sends()) == (before, {f"q{n}": 1 for n in range(5)})


async def test_a_poisoned_message_is_shown_to_a_person_and_its_neighbours_go(office):
    desk = office(TELEGRAM)
    await desk.queue("bad", address="12025550101")
    await desk.queue("good", address="12025550102")
    spoil = update(outbox).where(outbox.c.id == "bad").values(body=b"spoiled")
    await desk.stores.database.write(lambda conn: conn.execute(spoil))

    await desk.pass_time(10 * MINUTE)

    assert (await desk.rows(), await desk.tasks()) == (
        {"bad": ("failed", 0), "good": ("sent", 0)},
        ["send-failed"],
    )


async def test_stop_reaches_a_message_that_was_claimed_already(office):
    desk = office(TELEGRAM)
    address = await desk.queue("q1")
    send = desk.stores.outbox.why_not

    async def stopped_just_before(row):
        case = await desk.stores.uow.case_at(CLINIC, at_point(address))
        await desk.stores.uow.save(case, [CancelQueued(None, "stopped")])
        return await send(row)

    desk.stores.outbox.why_not = stopped_just_before
    await desk.sender.run_once()

    assert (await desk.sends(), await desk.rows()) == ({}, {"q1": ("cancelled", 0)})
