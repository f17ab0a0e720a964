"""Whom an account wrote to first: each counts once in 24 hours, and a restart forgets nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.core.changes import AddPatient, NoteNews, PlanFollowUps
from handlers.core.templates import Need
from handlers.core.values import ChannelKind, ContactPoint
from storage.channel_news import note_news
from storage.daily_people import DailyPeople
from storage.first_contacts import FirstContacts
from storage.planned_templates import planned_until
from storage.stores import Stores
from storage.tables import channel_accounts
from tests.storage.samples import CLINIC, NOON, clinic, follow_up, newcomer

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PLACE = (CLINIC, ChannelKind.WHATSAPP, "main")


def point(number: int) -> ContactPoint:
    return ContactPoint(ChannelKind.WHATSAPP, "main", f"1202555{number:04}")


@pytest.fixture
async def people(stores: Stores) -> DailyPeople:
    row = {"clinic_id": CLINIC, "channel": "whatsapp", "account": "main", "fence": 0}
    await stores.database.write(lambda conn: conn.execute(channel_accounts.insert().values(row)))
    return DailyPeople(stores.database, stores.vault, stores.clinics)


async def full(people: DailyPeople, limit: int = 10) -> None:
    """Let the day be full: of 10 places 9 are used."""
    await people.set_limit(*PLACE, limit, now=NOON - DAY)
    for number in range(limit - 1):
        assert await people.take(CLINIC, point(number), now=NOON + number * HOUR / 10) is None


async def test_beyond_the_limit_is_told_when_a_place_is_free(people):
    await full(people)

    until = await people.take(CLINIC, point(99), now=NOON + HOUR)

    assert until == NOON + DAY
    assert await people.take(CLINIC, point(99), now=until) is None


OTHER = (CLINIC, ChannelKind.WHATSAPP, "other")


@pytest.fixture
async def two(people, stores: Stores) -> DailyPeople:
    """A clinic with two numbers, which may both write to ten people a day."""
    row = {"clinic_id": CLINIC, "channel": "whatsapp", "account": "other", "fence": 0}
    await stores.database.write(lambda conn: conn.execute(channel_accounts.insert().values(row)))
    for place in (PLACE, OTHER):
        await people.set_limit(*place, 10, now=NOON - DAY)
    return people


async def test_two_numbers_of_a_clinic_share_the_places_of_the_day(two):
    points = [ContactPoint(ChannelKind.WHATSAPP, ("main", "other")[n % 2], f"1{n:09}") for n in range(20)]

    answers = await asyncio.gather(*(two.take(CLINIC, point, now=NOON) for point in points))

    assert answers.count(None) == 9
    assert {(await two.usage(*place, now=NOON)).used for place in (PLACE, OTHER)} == {9}


async def test_news_of_the_limit_at_one_number_holds_for_the_others(two, stores):
    news = NoteNews("n1", "", "", "business_capability_update", "2000", "", NOON)

    await stores.database.write(lambda conn: note_news(conn, CLINIC, point(0), news))

    assert {(await two.usage(*place, now=NOON + HOUR)).limit for place in (PLACE, OTHER)} == {2000}


async def test_the_demand_is_that_of_all_numbers_of_the_clinic(two, stores):
    waits = [await planned(stores, 1), await planned(stores, 2, account="other")]

    demand = await FirstContacts(stores.database).demand(*PLACE, now=NOON, now_system=NOON)

    assert sorted(one.id for one in demand.due) == waits


async def test_somebody_counts_once_however_often_they_are_written_to(people):
    await full(people)

    assert await people.take(CLINIC, point(3), now=NOON + HOUR) is None
    assert (await people.usage(*PLACE, now=NOON + HOUR)).used == 9


async def test_many_at_once_never_take_more_than_there_are(people):
    await people.set_limit(*PLACE, 10, now=NOON)

    answers = await asyncio.gather(*(people.take(CLINIC, point(n), now=NOON) for n in range(20)))

    assert answers.count(None) == 9


async def test_until_the_service_says_something_the_lowest_tier_holds(people):
    assert (await people.usage(*PLACE, now=NOON)).limit == 250


@pytest.mark.parametrize(("told_at", "limit"), [(NOON - HOUR, 250), (NOON + HOUR, 2000)])
async def test_the_newest_word_on_the_limit_holds(stores, people, told_at, limit):
    news = NoteNews("n1", "", "", "business_capability_update", "2000", "", told_at)
    await people.set_limit(*PLACE, 250, now=NOON)

    await stores.database.write(lambda conn: note_news(conn, CLINIC, point(0), news))

    assert (await people.usage(*PLACE, now=NOON + DAY)).limit == limit


async def test_who_no_longer_counts_is_forgotten(people):
    await full(people)

    await people.forget_old(now=NOON + 2 * DAY)

    assert (await people.usage(*PLACE, now=NOON + HOUR)).used == 0


async def planned(stores: Stores, number: int, account: str = "main", **contact):
    """Return the id of a check-in that is due, of somebody on WhatsApp."""
    case = newcomer(point(number).address, ChannelKind.WHATSAPP)
    case = replace(case, contact=replace(case.contact, point=replace(case.contact.point, account=account)))
    plan = PlanFollowUps((follow_up(case, f"f-{number}", anchor=f"a-{number}", **contact),))
    await stores.uow.save(case, [AddPatient(case.patient, case.contact), plan])
    return f"f-{number}"


async def test_the_demand_is_who_is_due_outside_their_window_and_not_counted_yet(stores, people):
    waits = await planned(stores, 1)
    await planned(stores, 2)
    await people.take(CLINIC, point(2), now=NOON)
    await planned(stores, 3, next_at=NOON + 2 * DAY)

    demand = await FirstContacts(stores.database).demand(*PLACE, now=NOON, now_system=NOON)

    assert [one.id for one in demand.due] == [waits]
    assert demand.places == (NOON,)


async def test_the_templates_that_the_plan_needs_are_told_by_language(stores, people):
    await planned(stores, 1)
    await planned(stores, 2, next_at=NOON + DAY)
    await planned(stores, 3, next_at=NOON + 90 * DAY)
    await planned(stores, 4)
    until, notices = NOON + 56 * DAY, {"step-f-4"}

    found = await stores.database.read(lambda conn: planned_until(conn, CLINIC, until, notices))

    told = {one.need: (one.language, one.first_at, one.people) for one in found}
    assert told == {Need.CHECK_IN: ("", NOON, 2), Need.NOTICE: ("", NOON, 1)}


async def test_a_clinic_may_want_to_pay_for_fewer_than_the_service_allows(people, stores):
    texts = {"most_first_a_day": "4"}
    await stores.clinics.save(replace(clinic(CLINIC), texts=texts))
    await people.set_limit(*PLACE, 250, now=NOON)

    taken = [await people.take(CLINIC, point(number), now=NOON) for number in range(4)]

    assert taken == [None, None, None, NOON + DAY]
    assert (await people.usage(*PLACE, now=NOON)).limit == 4
