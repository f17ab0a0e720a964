"""Lists that staff keep: what was chosen under a name of their own, for themselves alone."""

import re

import pytest
from sqlalchemy import select

from bot.console.access import Role
from storage.saved_filters import MOST
from storage.tables import saved_filters
from tests.console.test_finding import two

FIND, KEEP = "/console/find", "/console/filters"
CHIP = re.compile(r'<a class="chip" href="([^"]+)"[^>]*>([^<]+)</a>')
READY = {"name": "Ready for us", "stage": "submitted", "language": "en"}


def chips(page):
    return [(name, link.replace("&amp;", "&")) for link, name in CHIP.findall(page.text)]


async def change_of(browser):
    """Return the address of the kept list that is on the screen."""
    page = await browser.get(f"{FIND}?stage=submitted&language=en")
    return re.search(r'action="(/console/filters/[^/]+)/rename"', page.text)[1]


async def test_a_kept_list_is_a_chip_that_leads_to_its_patients_on_either_database(house_on_each):
    await two(house_on_each)
    browser = await house_on_each.signed_in(Role.COORDINATOR)
    await browser.post(KEEP, data=READY)

    for page in ("/console/patients", FIND):
        assert chips(await browser.get(page)) == [("Ready for us", f"{FIND}?stage=submitted&language=en")]
    assert "YR-2041" in (await browser.get(chips(await browser.get(FIND))[0][1])).text
    assert ("filter.save" in {act for act, _ in await house_on_each.acts()}) is True


async def test_a_kept_list_is_renamed_and_deleted(house):
    browser = await house.signed_in(Role.NURSE)
    await browser.post(KEEP, data=READY)
    one = await change_of(browser)

    await browser.post(f"{one}/rename", data={"name": "  Für   uns "})
    renamed = [name for name, _ in chips(await browser.get(FIND))]
    await browser.post(f"{one}/delete")

    assert (renamed, chips(await browser.get(FIND))) == (["Für uns"], [])
    assert {"filter.rename", "filter.delete"} <= {act for act, _ in await house.acts()}


async def test_a_list_is_for_whoever_kept_it_alone(house):
    mine, anothers = await house.signed_in(Role.DOCTOR), await house.signed_in(Role.DOCTOR)
    await mine.post(KEEP, data=READY)
    one = await change_of(mine)

    refused = [await anothers.post(f"{one}/{act}", data={"name": "x"}) for act in ("rename", "delete")]

    assert [answer.status_code for answer in refused] == [404, 404]
    assert (chips(await anothers.get(FIND)), len(chips(await mine.get(FIND)))) == ([], 1)


@pytest.mark.parametrize("form", [{"name": "x"}, {"name": "  ", "stage": "intake"}])
async def test_nothing_is_kept_without_a_choice_and_a_name(house, form):
    browser = await house.signed_in(Role.NURSE)

    assert "filters.nothing" in (await browser.post(KEEP, data=form)).headers["location"]
    assert chips(await browser.get(FIND)) == []


async def test_the_same_name_is_one_list_and_too_many_are_refused(house):
    browser = await house.signed_in(Role.NURSE)
    for number in range(MOST):
        await browser.post(KEEP, data=READY | {"name": f"List {number}"})

    again = await browser.post(KEEP, data=READY | {"name": "LIST 1"})
    more = await browser.post(KEEP, data=READY | {"name": "One more"})

    assert ("saved" in again.headers["location"], "full" in more.headers["location"]) == (True, True)
    assert len(chips(await browser.get(FIND))) == MOST


async def test_neither_name_nor_choice_lies_open_and_nothing_typed_is_kept(house):
    browser = await house.signed_in(Role.NURSE)
    await browser.post(KEEP, data=READY | {"typed": "Rossi"})

    [row] = await house.database.read(lambda conn: conn.execute(select(saved_filters)).all())

    assert not any(word in bytes(row.name + row.chosen) for word in (b"Ready", b"submitted", b"Rossi"))
    assert "Rossi" not in (await browser.get(FIND)).text
