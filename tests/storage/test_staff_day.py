"""What linked chats are told of the day: numbers alone, once a morning, and whenever somebody there asks."""

from datetime import date, timedelta

from handlers.core.changes import OpenTask, PlanFollowUps, RaiseAlert, TellDay
from handlers.core.frozen import replace
from handlers.core.values import ClinicId
from handlers.ports import NoticeKind
from storage.stores import Stores
from storage.views.day import READY, Day, day_of
from tests.storage.samples import CLINIC, NOON, clinic, follow_up, message, newcomer, settled
from tests.storage.test_alerts import join, notices, raised, staffed

DAY = date(2026, 12, 1)


async def told(stores: Stores) -> list[str]:
    return sorted(one.way.address for one in await notices(stores) if one.kind is NoticeKind.DAY)


async def test_every_linked_chat_is_told_once_a_day(stores: Stores) -> None:
    room = await staffed(stores)
    await join(stores, room, "mika", "700")
    await join(stores, room, "ken", "701")

    for _ in range(2):
        await stores.on_call.tell_the_day(CLINIC, DAY, now=NOON)

    assert await told(stores) == ["700", "701"]


async def test_who_asks_is_told_again_and_a_stranger_never(stores: Stores) -> None:
    await join(stores, await staffed(stores), "mika", "700")

    for chat in ("700", "700", "666"):
        await stores.uow.save(newcomer(chat), [TellDay(chat, NOON)])

    assert await told(stores) == ["700", "700"]


async def test_another_clinics_chats_are_told_nothing(stores: Stores) -> None:
    await join(stores, await staffed(stores), "mika", "700")

    other = replace(clinic(), id=ClinicId("other"))
    await stores.clinics.create(other, now=NOON)

    await stores.on_call.tell_the_day(other.id, DAY, now=NOON)

    assert await told(stores) == []


async def test_the_day_is_counted(stores: Stores) -> None:
    case = await settled(
        stores, *raised(), OpenTask(READY, "ready", NOON - timedelta(days=3)), OpenTask("silent", "s", NOON)
    )
    soon = follow_up(case, due_at=NOON + timedelta(hours=3))
    await stores.uow.save(case, [PlanFollowUps((soon,)), message(case)])
    held = "UPDATE outbox SET state = 'held'"
    await stores.database.write(lambda conn: conn.exec_driver_sql(held))

    read = await stores.database.read(
        lambda conn: day_of(conn, CLINIC, now=NOON, ends_at=NOON + timedelta(hours=9))
    )

    alerts = sum(isinstance(change, RaiseAlert) for change in raised())
    assert read == Day(alerts=alerts, tasks=3, fresh=2, ready=1, due=1, held=1)
