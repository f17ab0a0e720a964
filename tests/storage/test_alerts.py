"""Alerts: written with the answer, climbing once a step, told once, until somebody takes them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.core.case import Clinic
from handlers.core.changes import CloseTask, JoinTeam, Level, OpenTask, RaiseAlert, TakeAlert
from handlers.core.on_call import Chain, Climb, Means, Rung, Way
from handlers.core.values import ClinicId
from handlers.ports import NoticeKind
from storage.alert_notices import UNDELIVERED
from storage.alerts import NOBODY
from storage.on_call import STAFF_CHAT, THE_CLINIC
from storage.staff import Member, StaffRoom
from storage.stores import Stores
from storage.tables import adverse_events, alert_notices, alerts, tasks
from tests.storage.samples import CLINIC, LEASE, MINUTE, NOON, known, newcomer, settled

MIKA = Way(Means.TELEGRAM, "700", "mika")
KEN = Way(Means.EMAIL, "ken@clinic.example", "ken")


def raised(key="flag:a", level=Level.RED, at=NOON, *, opens_case=True):
    """Return what an answer leads to: the alert, and the task that it stands before."""
    kind = f"flag-{level.value.lower()}"
    return [RaiseAlert(key, level, at, opens_case=opens_case), OpenTask(kind, key, at)]


async def rows(stores: Stores, table, *where):
    return await stores.database.read(lambda conn: conn.execute(select(table).where(*where)).all())


async def claimed(stores: Stores, now=NOON):
    return await stores.alerts.claim(now=now, now_system=now, lease=LEASE, limit=10)


async def notices(stores: Stores, means=Means.TELEGRAM, now=NOON, resting=(), clinic=CLINIC):
    at = {"now": now, "now_system": now, "lease": LEASE}
    return await stores.notices.claim(clinic, means, resting=resting, limit=10, **at)


def step(number=0, *ways, minutes=5):
    return Climb(number, ways, minutes * MINUTE)


async def climbing(stores: Stores, *ways):
    """Return an alert whose first step has told these ways."""
    await settled(stores, *raised())
    [alert] = await claimed(stores)
    assert await stores.alerts.climbed([(alert, step(0, *ways))], now=NOON)
    return alert


async def staffed(stores: Stores):
    room = StaffRoom(stores.database, stores.vault, stores.clinics)
    for name in ("mika", "ken"):
        await room.add(CLINIC, Member(name, name.title(), f"{name}@clinic.example", "nurse"), now_system=NOON)
    return room


async def join(stores: Stores, room: StaffRoom, subject: str, chat: str):
    await room.make_link(
        CLINIC, subject, f"code-{chat}", now_system=NOON, ends_at=NOON + LEASE, purpose=STAFF_CHAT
    )
    await stores.uow.save(newcomer(chat), [JoinTeam(f"code-{chat}", chat, NOON, NOON)])


@pytest.mark.parametrize(
    ("first", "then", "urgencies"),
    [
        ((Level.ORANGE, False), (Level.ORANGE, True), [1, 2]),
        ((Level.ORANGE, True), (Level.ORANGE, False), [2]),
        ((Level.ORANGE, True), (Level.RED, False), [2, 2]),
        ((Level.RED, False), (Level.ORANGE, True), [2]),
    ],
)
async def test_what_can_wait_less_long_takes_the_place_of_what_waits(stores: Stores, first, then, urgencies):
    signs = [
        RaiseAlert(f"flag:{n}", level, NOON, hurried=hurried)
        for n, (level, hurried) in enumerate((first, then))
    ]

    await settled(stores, *signs)

    found = await rows(stores, alerts)
    assert sorted(row.urgency for row in found) == urgencies
    assert len([row for row in found if row.taken_at is None]) == 1


async def test_the_same_sign_alerts_again_only_when_staff_have_closed_its_task(stores: Stores):
    await settled(stores, *raised())
    [first] = await rows(stores, alerts)
    await stores.alerts.take(CLINIC, first.id, by="ken", now=NOON)

    for again in ([], [CloseTask("flag:a", NOON)]):
        await stores.uow.save(await known(stores), [*again, *raised()])

    assert sorted(row.taken_by for row in await rows(stores, alerts)) == ["", "ken"]


async def test_signs_of_one_patient_are_one_alert_and_one_case_until_somebody_takes_it(stores: Stores):
    await settled(stores, *raised(), *raised("flag:b", Level.ORANGE))
    await stores.uow.save(await known(stores), raised("flag:c"))

    [alert], [event] = await rows(stores, alerts), await rows(stores, adverse_events)

    assert (alert.level, alert.event_id, event.learned_at) == ("RED", event.id, NOON)


async def test_a_louder_sign_begins_the_chain_anew_in_the_same_case(stores: Stores):
    await settled(stores, *raised(level=Level.ORANGE))
    await stores.uow.save(await known(stores), raised("flag:b", Level.CRISIS, opens_case=False))

    [waiting] = await rows(stores, alerts, alerts.c.taken_at.is_(None))
    [before] = await rows(stores, alerts, alerts.c.taken_at.is_not(None))

    assert (waiting.level, before.taken_on) == ("CRISIS", "louder")
    assert waiting.event_id == before.event_id is not None


async def test_no_other_clinics_bot_tells_of_an_alert(stores: Stores):
    await climbing(stores, MIKA)
    await stores.clinics.create(Clinic(ClinicId("other"), "Other", "pack"), now=NOON)

    theirs = await stores.notices.next_due("other", Means.TELEGRAM), await notices(stores, clinic="other")

    assert theirs == (None, [])
    assert len(await notices(stores)) == 1


async def test_a_step_is_done_once_whoever_claims_it(stores: Stores):
    await settled(stores, *raised())
    [slow] = await claimed(stores)
    assert await claimed(stores) == []
    [quick] = await claimed(stores, NOON + LEASE)

    done = [await stores.alerts.climbed([(one, step(0, MIKA))], now=NOON) for one in (quick, slow)]

    assert done == [1, 0]
    assert len(await notices(stores)) == 1
    assert await claimed(stores, NOON + 4 * MINUTE) == []


async def test_a_notice_is_given_to_one_worker_and_told_once(stores: Stores):
    await climbing(stores, MIKA, KEN)

    [told] = await notices(stores)
    others = await notices(stores), await notices(stores, resting=["700"], now=NOON + LEASE)
    await stores.notices.settle([told], now=NOON)

    assert (told.way, told.kind, told.level, others) == (MIKA, NoticeKind.ALERT, Level.RED, ([], []))
    assert await notices(stores, now=NOON + LEASE) == []
    assert [one.way for one in await notices(stores, Means.EMAIL)] == [KEN]


async def test_a_stale_lease_settles_nothing(stores: Stores):
    await climbing(stores, MIKA)
    [stale] = await notices(stores)
    [fresh] = await notices(stores, now=NOON + LEASE)

    await stores.notices.settle([stale], now=NOON)

    assert fresh.attempts == 2
    assert [row.state for row in await rows(stores, alert_notices)] == ["queued"]


async def test_a_step_that_reached_nobody_gives_way_at_once_and_staff_see_it(stores: Stores):
    await climbing(stores, MIKA)

    await stores.notices.fail(await notices(stores), now=NOON, code="blocked")

    assert [alert.step for alert in await claimed(stores)] == [1]
    assert [row.kind for row in await rows(stores, tasks, tasks.c.closed_at.is_(None))].count(
        UNDELIVERED
    ) == 1


async def test_a_step_of_which_one_way_fails_keeps_its_time(stores: Stores):
    await climbing(stores, MIKA, KEN)

    await stores.notices.fail(await notices(stores), now=NOON, code="blocked")

    assert await claimed(stores) == []


async def test_an_alert_that_reaches_nobody_is_a_task_until_it_reaches_somebody(stores: Stores):
    await settled(stores, *raised())
    seen = []
    for minute, ways in enumerate(([], [MIKA])):
        [alert] = await claimed(stores, NOON + minute * 5 * MINUTE)
        await stores.alerts.climbed([(alert, step(minute, *ways))], now=NOON + minute * 5 * MINUTE)
        seen.append(len(await rows(stores, tasks, tasks.c.kind == NOBODY, tasks.c.closed_at.is_(None))))

    assert seen == [1, 0]


async def test_a_taken_alert_climbs_no_further_and_is_told_to_nobody_else(stores: Stores):
    alert = await climbing(stores, MIKA, KEN)

    taken = [await stores.alerts.take(CLINIC, alert.id, by=who, now=NOON) for who in ("ken", "mika")]

    assert taken == [True, False]
    assert await claimed(stores, NOON + timedelta(days=1)) == []
    assert await notices(stores) == []
    assert [row.taken_by for row in await rows(stores, alerts)] == ["ken"]


async def test_a_code_links_a_chat_once(stores: Stores):
    room = await staffed(stores)
    await join(stores, room, "mika", "700")
    await stores.uow.save(newcomer("800"), [JoinTeam("code-700", "800", NOON, NOON)])

    _, roster = await stores.on_call.duty(CLINIC, set(Means))

    assert {one.kind for one in await notices(stores)} == {NoticeKind.LINKED, NoticeKind.NO_CODE}
    assert [way.address for one in roster.people for way in one.ways if way.means is Means.TELEGRAM] == [
        "700"
    ]


@pytest.mark.parametrize(
    ("chat", "person", "by", "name"),
    [
        ("700", "700", "mika", ""),
        ("-9", "700", "mika", ""),
        ("-9", "555", "", "Yuki"),
        ("555", "555", None, ""),
    ],
)
async def test_whoever_taps_at_a_linked_chat_takes_the_alert(stores: Stores, chat, person, by, name):
    room = await staffed(stores)
    await join(stores, room, "mika", "700")
    await join(stores, room, THE_CLINIC, "-9")
    alert = await climbing(stores, MIKA)

    await stores.uow.save(newcomer(chat), [TakeAlert(alert.id, chat, person, "Yuki", "ack", NOON)])

    [row] = await rows(stores, alerts)
    assert (row.taken_by if row.taken_at else None) == by
    told = [one for one in await notices(stores) if one.kind is NoticeKind.TAKEN]
    assert [one.taken_by for one in told if one.way.address == chat] == (
        [name or "Mika"] if by is not None else []
    )


async def test_a_chain_is_kept_with_its_address_sealed(stores: Stores):
    chain = Chain((Rung("ken", 7),), "office@clinic.example", 20, 60)

    await stores.on_call.save(CLINIC, replace(chain, minutes=5), by="ken", now=NOON)
    await stores.on_call.save(CLINIC, chain, by="ken", now=NOON)

    assert await stores.on_call.chain(CLINIC) == chain
    assert (await stores.on_call.duty(CLINIC, {Means.EMAIL}))[1].address == (
        Way(Means.EMAIL, "office@clinic.example"),
    )
