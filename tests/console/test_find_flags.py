"""Found by a flag: by everybody who sees it, and by nobody else; the rest is refused in words."""

from dataclasses import replace

import pytest

from bot.console.access import Role
from bot.restricted import restriction_of
from handlers.core.changes import Level, RaiseFlag
from storage.blobs import Blobs
from storage.flag_subjects import fill_subjects
from storage.search.asking import words_in
from storage.stores import stores_of
from storage.tables import flags
from storage.views.finding import Search, found
from tests.console.house import CLINIC
from tests.console.record import anna
from tests.console.samples import CATALOGS, NOW, PROTOCOL
from tests.console.test_find_page import PATH, codes

SEEN = RaiseFlag("CA-02", "CA-02", "1", Level.RED, "any", "t", (("hx.cancer", "yes"),), (), None, NOW)
HIDDEN = replace(SEEN, key="IN-02", rule="IN-02", evidence=(("inf.hiv", "yes"),))
OLD = replace(SEEN, key="old", rule="of-an-earlier-pack", evidence=(("sym.phq1", "3"),))
CRISIS = replace(SEEN, key="crisis", rule="words-seen", level=Level.CRISIS)
HIDES = restriction_of(PROTOCOL, CATALOGS).hides


async def four(house):
    for number, one in enumerate((SEEN, HIDDEN, OLD, CRISIS), start=1):
        await house.add(anna(f"p{number}", f"YR-{number}"), one)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.NURSE_LIMITED])
async def test_who_sees_a_flag_finds_by_it_and_by_no_other(house, role):
    await four(house)
    mine, doctors = await house.signed_in(role), await house.signed_in(Role.DOCTOR)
    pages = [await one.get(f"{PATH}?flag=RED") for one in (mine, doctors)]

    assert [codes(page) for page in pages] == [["YR-1"], ["YR-1", "YR-2", "YR-3"]]
    assert '<option value="RED" selected>' in pages[0].text
    assert '<option value="CRISIS"' not in pages[0].text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("flag=CRISIS", "Your role does not search by this flag"),
        ("flag=PURPLE", "does not exist"),
        ("stage=gone&flag=RED", "does not exist"),
    ],
)
async def test_what_may_not_be_asked_for_is_refused_in_words_and_lists_nobody(house, asked, said):
    await four(house)
    page = await (await house.signed_in(Role.COORDINATOR)).get(f"{PATH}?{asked}")

    assert (codes(page), said in page.text) == ([], True)


async def red(house):
    search = Search(words_in(""), flag=Level.RED, hides=HIDES)
    page, _ = await house.views.find(CLINIC, search, offset=0, limit=20)
    return sorted(row.code for row in page.rows)


async def test_flags_from_before_are_found_after_the_next_opening(house_on_each):
    house = house_on_each
    await four(house)
    await house.database.write(lambda conn: conn.execute(flags.update().values(subject=None)))
    stores = stores_of(house.database, house.vault, Blobs("file:///nowhere"))

    before = await red(house)
    assert (before, await fill_subjects(stores), await fill_subjects(stores)) == ([], 4, 0)
    assert await red(house) == ["YR-1"]


async def statements(house) -> int:
    seen = []
    key = await house.clinics.key(CLINIC)

    def counted(conn):
        driver = conn.connection.driver_connection
        driver.set_trace_callback(seen.append)
        found(conn, house.vault, key, Search(flag=Level.RED, hides=HIDES), offset=0, limit=20)
        driver.set_trace_callback(None)

    await house.database.read(counted)
    return len(seen)


async def test_it_takes_as_many_statements_for_many_as_for_few(house):
    await four(house)
    few = await statements(house)
    for number in range(10, 30):
        await house.add(anna(f"p{number}", f"YR-{number}"), SEEN)

    assert (few, await statements(house)) == (5, 5)
