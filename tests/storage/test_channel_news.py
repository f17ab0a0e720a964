"""What a service says of templates and accounts: kept once, and the newest word counts."""

from datetime import timedelta

from handlers.core.changes import CloseTask, NoteNews, OpenTask
from storage.channel_news import standings, told_of
from storage.stores import Stores
from storage.tables import channel_news, tasks
from tests.storage.samples import CLINIC, NOON, count, newcomer


def news(row, now, minutes=0):
    at = NOON + timedelta(minutes=minutes)
    return NoteNews(row, "checkin_start_v1", "en", "status", now, "", at)


async def test_the_newest_word_counts_whenever_it_came_in(stores: Stores):
    case = newcomer()
    await stores.uow.save(case, [news("n2", "UNPAUSED", 5), news("n1", "PAUSED"), news("n2", "UNPAUSED", 5)])
    point = case.contact.point

    [standing] = await stores.database.read(
        lambda conn: standings(conn, CLINIC, point.channel, point.account)
    )

    assert (standing.subject, standing.now) == ("checkin_start_v1", "UNPAUSED")
    assert await count(stores, channel_news) == 2


async def test_the_newest_word_on_one_template_is_found(stores: Stores):
    case = newcomer()
    await stores.uow.save(case, [news("n2", "UNPAUSED", 5), news("n1", "PAUSED")])
    point = case.contact.point

    told = [
        await stores.database.read(lambda conn, name=name: told_of(conn, CLINIC, point, name, "en"))
        for name in ("checkin_start_v1", "another")
    ]

    assert told == [{"status": "UNPAUSED"}, {}]


async def test_a_task_about_no_patient_is_closed_by_its_key(stores: Stores):
    case = newcomer()
    await stores.uow.save(case, [OpenTask("template-news", "k", NOON, "PAUSED")])

    await stores.uow.save(case, [CloseTask("k", NOON)])

    assert await count(stores, tasks, tasks.c.closed_at.is_not(None)) == 1
