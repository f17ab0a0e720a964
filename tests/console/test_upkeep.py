"""Stuck work and a clock that jumped: seen in the console, ended by a button, audited."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.console.access import Role
from handlers.core.case import FollowUpState
from handlers.core.changes import OpenTask, SaveFollowUp
from handlers.core.values import ChannelKind
from handlers.ports import Incoming
from storage.accounts import Accounts
from storage.clock_marks import Brake
from storage.clocks import ClockStore
from storage.day_keys import DayKeys
from storage.inbox import InboxStore
from storage.tables import inbox, tasks
from tests.console.house import CLINIC
from tests.console.record import anna, treated
from tests.console.samples import NOW
from tests.console.test_pages import words_of
from tests.storage.samples import LEASE

PAGE = "/console/stuck"


async def quarantined(house, code="KeyError"):
    """Put one message into quarantine; return its id."""
    store = InboxStore(
        house.database, house.vault, house.clinics, DayKeys(house.database, house.vault, house.clinics)
    )
    await store.add([Incoming(CLINIC, ChannelKind.TELEGRAM, "main", "k", "990", b"{}", NOW)], now=NOW)
    [row] = await store.claim(now_system=NOW, lease=LEASE, limit=1)
    await store.give_back(row, now_system=NOW, code=code, last=True)
    return row.id


async def held(house):
    """Hold one check-in by a fault of ours; return it."""
    await house.add(anna(), *treated())
    case = await house.uow.case_of(CLINIC, "p1")
    one = replace(case.follow_ups[0], state=FollowUpState.HELD, reason="fault")
    await house.uow.save(case, [SaveFollowUp(one), OpenTask("held", f"held:{one.id}", NOW, "fault")])
    return one


async def of_table(house, column, **where):
    wanted = select(column)
    return await house.database.read(lambda conn: list(conn.scalars(wanted)))


async def open_tasks(house):
    wanted = select(tasks.c.kind).where(tasks.c.closed_at.is_(None))
    return await house.database.read(lambda conn: list(conn.scalars(wanted)))


async def check_in(house):
    case = await house.uow.case_of(CLINIC, "p1", full=True)
    return case.follow_ups[0]


async def test_without_trouble_the_page_says_so(house):
    browser = await house.signed_in(Role.COORDINATOR)

    assert "Nothing is stuck" in words_of(await browser.get(PAGE))


async def test_a_stuck_message_is_shown_with_channel_time_and_reason(house):
    await quarantined(house)
    browser = await house.signed_in(Role.COORDINATOR)

    shown = words_of(await browser.get(PAGE))

    home = words_of(await browser.get("/console/"))
    assert all(word in shown for word in ("Telegram", "24 Nov 2026", "KeyError"))
    assert ("Can be read until 3 Dec 2026" in shown, "by 3 Dec 2026" in home) == (True, True)


async def test_a_reason_that_we_know_is_told_in_words(house):
    await quarantined(house, "crashed")
    browser = await house.signed_in(Role.ADMINISTRATOR)

    assert "The program stopped each time" in words_of(await browser.get(PAGE))


async def test_a_message_tried_again_is_new_and_its_task_is_done(house):
    item = await quarantined(house)
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{PAGE}/message/again", data={"item": item})

    assert (await of_table(house, inbox.c.state), await of_table(house, inbox.c.attempts)) == (["new"], [0])
    assert (await open_tasks(house), ("stuck.message.again", item) in await house.acts()) == ([], True)


async def test_a_message_set_aside_is_gone_with_what_it_said(house):
    item = await quarantined(house)
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{PAGE}/message/aside", data={"item": item})

    assert (await of_table(house, inbox.c.state), await of_table(house, inbox.c.body)) == (["done"], [None])
    assert (await open_tasks(house), ("stuck.message.aside", item) in await house.acts()) == ([], True)


async def test_a_check_in_tried_again_is_due_now(house):
    one = await held(house)
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{PAGE}/check-in/again", data={"item": one.id, "patient": "p1"})

    now = await check_in(house)
    assert (now.state, now.next_at, await open_tasks(house)) == (FollowUpState.SCHEDULED, NOW, [])


async def test_a_check_in_set_aside_is_cancelled(house):
    one = await held(house)
    browser = await house.signed_in(Role.COORDINATOR)

    await browser.post(f"{PAGE}/check-in/aside", data={"item": one.id, "patient": "p1"})

    assert ((await check_in(house)).state, await open_tasks(house)) == (FollowUpState.CANCELLED, [])


@pytest.mark.parametrize("what", ["message/again", "message/aside", "check-in/again", "check-in/aside"])
async def test_what_is_not_stuck_is_not_found(house, what):
    await house.add(anna(), *treated())
    browser = await house.signed_in(Role.COORDINATOR)

    answer = await browser.post(f"{PAGE}/{what}", data={"item": "nothing", "patient": "p1"})

    assert answer.status_code == 404


async def test_an_auditor_may_not_decide_about_stuck_work(house):
    browser = await house.signed_in(Role.AUDITOR)

    assert (await browser.get(PAGE)).status_code == 403


async def test_a_clock_that_jumped_stands_on_every_page_until_staff_have_looked(house):
    clocks = ClockStore(house.database, house.vault, house.clinics)
    await clocks.engage(Brake("here", NOW, NOW))
    browser = await house.signed_in(Role.COORDINATOR)
    before = words_of(await browser.get("/console/"))

    await browser.post("/console/clock/release", data={"back": "/console/"})

    after = words_of(await browser.get("/console/"))
    assert ("clock jumped" in before, "clock jumped" in after) == (True, False)
    assert "clock.release" in [action for action, _ in await house.acts()]


async def test_a_refused_account_stands_on_every_page_until_it_works_again(house):
    accounts, place = (
        Accounts(house.database, house.vault, house.clinics),
        (CLINIC, ChannelKind.WHATSAPP, "main"),
    )
    await accounts.create(*place, {})
    await accounts.refused(*place, reason="190", now=NOW)
    browser = await house.signed_in(Role.ADMINISTRATOR)
    before = words_of(await browser.get("/console/clinic"))

    await accounts.works(*place)

    after = words_of(await browser.get("/console/clinic"))
    assert ("WhatsApp has refused the clinic's account" in before, "code 190" in before) == (True, True)
    assert ("has refused" in after, "WhatsApp: in order" in after) == (False, True)
